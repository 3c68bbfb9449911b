import { ok } from '../result.ts';
import { changed, merge, textAt, unreadable, without, withoutMark, type DatasetList } from './dataset-entry.ts';

const pathOf = (item: unknown): string | undefined => textAt(item, 'path');

/** `dataset.json`: `[{ "path", "label" }]`, with `category` where there is one. Other fields, entries and their order stay. */
export const jsonList: DatasetList = {
	fileName: 'dataset.json',

	upsert(text, entries) {
		const items = text === undefined ? ok([]) : read(text);
		if (!items.ok) return items;
		const merged = merge(items.value, entries, pathOf, ({ path, label, category }, before) =>
			changed(before, { path: pathOf(before) ?? path, label, category: category === '' ? undefined : category }),
		);
		return ok(text === undefined && merged.length === 0 ? undefined : write(merged));
	},

	remove(text, paths) {
		const items = read(text);
		return items.ok ? ok(write(without(items.value, paths, pathOf))) : items;
	},
};

function read(text: string) {
	const plain = withoutMark(text);
	if (plain.trim() === '') return ok([]);
	try {
		const value: unknown = JSON.parse(plain);
		return Array.isArray(value) ? ok(value as unknown[]) : unreadable('it is not a list');
	} catch (thrown) {
		return unreadable(thrown instanceof Error ? thrown.message : String(thrown));
	}
}

const write = (items: readonly unknown[]): string => `${JSON.stringify(items, null, 2)}\n`;
