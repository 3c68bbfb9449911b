import { captionPath } from './clip-paths.ts';
import { csvList } from './csv-list.ts';
import type { DatasetEntry, DatasetList, Unreadable } from './dataset-entry.ts';
import type { DatasetFormat } from './dataset-format.ts';
import { jsonLines } from './json-lines.ts';
import { jsonList } from './json-list.ts';
import { ok, type Result } from '../result.ts';

const LIST_OF: Partial<Record<DatasetFormat, DatasetList>> = { json: jsonList, jsonl: jsonLines, csv: csvList };
/** Every kind of list. */
export const LISTS: readonly DatasetList[] = Object.values(LIST_OF);

/** The folder of a destination, as far as lists need it. Paths have `/`, from the top. */
export interface DatasetTree {
	/** Undefined when there is no such file. */
	size(path: string): Promise<number | undefined>;
	read(path: string): Promise<string>;
	has(path: string): Promise<boolean>;
	/** Whole: until it is complete the one before stays. */
	write(path: string, text: string): Promise<void>;
	copy(from: string, to: string): Promise<void>;
	remove(path: string): Promise<void>;
	/** The sentence for a file that could not be written. */
	trouble(path: string, thrown: unknown): string;
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** A larger list is not read: it is no list of clips that a person would have, and it might fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Broken lists of one name that may lie aside in one folder. */
const MOST_ASIDE = 1000;

/** What is written about the clips of one root, and what went wrong with it, in sentences. */
export class DatasetFiles {
	#tree: DatasetTree;
	#root: string;
	readonly trouble: string[] = [];

	/** `root` is the folder of the data set under the top of `tree`. */
	constructor(tree: DatasetTree, root: string) {
		this.#tree = tree;
		this.#root = root;
	}

	/** Puts clips into the lists of `formats` and writes their captions. Doing it again changes nothing. */
	async put(entries: readonly DatasetEntry[], formats: readonly DatasetFormat[]): Promise<void> {
		for (const list of formats.flatMap((format) => LIST_OF[format] ?? [])) {
			await this.#change(list, (text) => list.upsert(text, entries), true);
		}
		if (!formats.includes('txt')) return;
		for (const entry of entries) {
			const path = captionPath(join(this.#root, entry.path));
			await this.#try(path, () =>
				entry.label.trim() === '' ? this.#tree.remove(path) : this.#tree.write(path, entry.label),
			);
		}
	}

	/** Takes clips out of every list that is there, with their captions. `paths` are told from the root. */
	async remove(paths: readonly string[]): Promise<void> {
		for (const list of LISTS) {
			await this.#change(list, (text) => (text === undefined ? ok(undefined) : list.remove(text, paths)), false);
		}
		for (const path of paths) {
			const caption = captionPath(join(this.#root, path));
			await this.#try(caption, () => this.#tree.remove(caption));
		}
	}

	/** With `mend`, a list that cannot be read is kept under another name and a new one begun; without, it is left as it is. */
	async #change(
		{ fileName }: DatasetList,
		change: (text: string | undefined) => Result<string | undefined, Unreadable>,
		mend: boolean,
	): Promise<void> {
		const path = join(this.#root, fileName);
		await this.#try(path, async () => {
			const bytes = await this.#tree.size(path);
			if (bytes !== undefined && bytes > MOST_BYTES) {
				const megabytes = Math.round(bytes / 1e6);
				this.trouble.push(
					`“${path}” was not changed: with ${megabytes} MB it is too large. Export into another folder.`,
				);
				return;
			}
			const before = bytes === undefined ? undefined : await this.#tree.read(path);
			let after = change(before);
			if (!after.ok) {
				if (!mend) return;
				const aside = await this.#keepAside(path);
				this.trouble.push(
					`“${path}” could not be read (${after.error.why}). It was kept as “${aside}” and a new one was begun.`,
				);
				after = change(undefined);
			}
			if (after.ok && after.value !== undefined && after.value !== before) await this.#tree.write(path, after.value);
		});
	}

	/** Copies first and changes the list after that: whatever happens, what it held is there. */
	async #keepAside(path: string): Promise<string> {
		for (let n = 1; n < MOST_ASIDE; n += 1) {
			const aside = `${path}.broken-${n}`;
			if (await this.#tree.has(aside)) continue;
			await this.#tree.copy(path, aside);
			return aside;
		}
		throw new RangeError(`there are too many broken lists beside ${path}`);
	}

	async #try(path: string, work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (thrown) {
			this.trouble.push(this.#tree.trouble(path, thrown));
		}
	}
}
