import { err, type Result } from '../result.ts';

/** What a list of a data set says about one clip. */
export interface DatasetEntry {
	/** The clip's file or picture folder, from the folder that the list is in, with `/`: "clip_001/clip_001_0.mp4". */
	readonly path: string;
	readonly label: string;
	/** Empty: none. */
	readonly category: string;
	/** A WAV beside the clip, like `path`. */
	readonly soundPath?: string;
}

/** A list that holds something else than it should; the reason in words, to follow "it could not be read: ". */
export type Unreadable = { readonly kind: 'unreadable'; readonly why: string };

export const unreadable = (why: string): Result<never, Unreadable> => err({ kind: 'unreadable', why });

/** How one kind of list is read and written. Both answer the whole new text; undefined where there is nothing to write. */
export interface DatasetList {
	/** The file's name in the root of the data set. */
	readonly fileName: string;
	/**
	 * The text with `entries` in it: where a path is there already its words change and the rest of that entry stays, others come at the
	 * end. A clip without label and category is taken out.
	 */
	upsert(text: string | undefined, entries: readonly DatasetEntry[]): Result<string | undefined, Unreadable>;
	/** The text without the clips at `paths`. */
	remove(text: string, paths: readonly string[]): Result<string, Unreadable>;
}

/** Whether there is something to say about the clip: without label and category there is no entry. */
const isSaid = ({ label, category }: DatasetEntry): boolean => label.trim() !== '' || category !== '';

/** One way of writing a relative path, so that "./a\b.mp4" and "a/b.mp4" are the same clip. */
const comparablePath = (path: string): string => path.replaceAll('\\', '/').replace(/^(\.\/)+/u, '');

/** The path from folder `root` (empty: the top) to `path`, both from the same top; undefined when it is not below it. */
export function pathBelow(root: string, path: string): string | undefined {
	if (root === '') return path;
	return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

/** The folders that hold `path`, from the top (empty) down: "a/b/c.mp4" → "", "a", "a/b". */
export function foldersAbove(path: string): string[] {
	const parts = path.split('/').slice(0, -1);
	return ['', ...parts.map((_, n) => parts.slice(0, n + 1).join('/'))];
}

/** Puts `entries` into `items` by their paths: known ones are changed in place, new ones follow in their order, silent ones go. */
export function merge<T>(
	items: readonly T[],
	entries: readonly DatasetEntry[],
	pathOf: (item: T) => string | undefined,
	write: (entry: DatasetEntry, before: T | undefined) => T,
): T[] {
	const wanted = new Map(entries.map((entry) => [comparablePath(entry.path), entry]));
	const written = new Set<string>();
	const merged = items.flatMap((item): T[] => {
		const path = pathOf(item);
		const key = path === undefined ? '' : comparablePath(path);
		const entry = path === undefined ? undefined : wanted.get(key);
		if (entry === undefined) return [item];
		// There is one clip of a path: a second entry of it goes.
		if (written.has(key) || !isSaid(entry)) return [];
		written.add(key);
		return [write(entry, item)];
	});
	const added = [...wanted].filter(([key, entry]) => !written.has(key) && isSaid(entry));
	return [...merged, ...added.map(([, entry]) => write(entry, undefined))];
}

/** `items` without those at `paths`. */
export function without<T>(
	items: readonly T[],
	paths: readonly string[],
	pathOf: (item: T) => string | undefined,
): readonly T[] {
	const gone = new Set(paths.map(comparablePath));
	return items.filter((item) => {
		const path = pathOf(item);
		return path === undefined || !gone.has(comparablePath(path));
	});
}

/** Text as programs on Windows may begin it, without the mark. */
export const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/** A JSON object; anything else is undefined. */
function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Readonly<Record<string, unknown>>)
		: undefined;
}

/** `fields` over what `before` holds; a field that is undefined goes. */
export function changed(before: unknown, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const all = { ...asRecord(before), ...fields };
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export const textAt = (value: unknown, key: string): string | undefined => {
	const text = asRecord(value)?.[key];
	return typeof text === 'string' ? text : undefined;
};
