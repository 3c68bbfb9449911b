import { ok } from '../result.ts';
import { changed, merge, textAt, without, withoutMark, type DatasetList } from './dataset-entry.ts';

/** A line of the file with what it says; a line that is no JSON is kept as it is. */
interface Line {
	readonly text: string;
	readonly value: unknown;
}

const pathOf = ({ value }: Line): string | undefined => textAt(value, 'video_path');

/** `metadata.jsonl` as video trainers read it: `video_path` (a file or a folder of pictures), `caption`, `audio_path`. */
export const jsonLines: DatasetList = {
	fileName: 'metadata.jsonl',

	upsert(text, entries) {
		const merged = merge(read(text ?? ''), entries, pathOf, ({ path, label, category, soundPath }, before) => {
			const value = changed(before?.value, {
				video_path: (before && pathOf(before)) ?? path,
				caption: label,
				audio_path: soundPath,
				category: category === '' ? undefined : category,
			});
			return { text: JSON.stringify(value), value };
		});
		return ok(text === undefined && merged.length === 0 ? undefined : write(merged));
	},

	remove: (text, paths) => ok(write(without(read(text), paths, pathOf))),
};

const read = (text: string): Line[] =>
	withoutMark(text)
		.split(/\r?\n/u)
		.filter((line) => line.trim() !== '')
		.map((line) => ({ text: line, value: parsed(line) }));

function parsed(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch (thrown) {
		// Not ours to judge: another program may have written a remark, or was stopped in the middle of the line.
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}

const write = (lines: readonly Line[]): string => lines.map(({ text }) => `${text}\n`).join('');
