import { csvList } from '#core/dataset/csv-list';
import type { DatasetEntry, DatasetList, Unreadable } from '#core/dataset/dataset-entry';
import type { DatasetFormat } from '#core/dataset/dataset-format';
import { jsonLines } from '#core/dataset/json-lines';
import { jsonList } from '#core/dataset/json-list';
import { ok, type Result } from '#core/result';
import { join, type FolderTree } from '$lib/storage/folder-tree';
import { failureOf } from './failure-of.ts';

const LIST_OF: Partial<Record<DatasetFormat, DatasetList>> = { json: jsonList, jsonl: jsonLines, csv: csvList };
/** Every kind of list. */
export const LISTS: readonly DatasetList[] = Object.values(LIST_OF);

/** A larger list is not read: it is no list of clips that a person would have, and it might fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Broken lists of one name that may lie aside in one folder. */
const MOST_ASIDE = 1000;

/** What is written about the clips of one root, and what went wrong with it, in sentences. */
export class DatasetFiles {
	#tree: FolderTree;
	#root: string;
	readonly trouble: string[] = [];

	/** `root` is the folder of the data set under the top of `tree`. */
	constructor(tree: FolderTree, root: string) {
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
			const file = await (await this.#tree.file(path))?.getFile();
			if (file !== undefined && file.size > MOST_BYTES) {
				const megabytes = Math.round(file.size / 1e6);
				this.trouble.push(
					`“${path}” was not changed: with ${megabytes} MB it is too large. Export into another folder.`,
				);
				return;
			}
			const before = await file?.text();
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
			const file = await (await this.#tree.file(path))?.getFile();
			if (file !== undefined) await this.#tree.write(aside, file);
			return aside;
		}
		throw new RangeError(`there are too many broken lists beside ${path}`);
	}

	async #try(path: string, work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (thrown) {
			this.trouble.push(troubleText(path, thrown));
		}
	}
}

/** The sentence for a file of a data set that could not be written. */
export function troubleText(path: string, thrown: unknown): string {
	const failure = failureOf(thrown, path);
	if (failure.kind === 'out-of-space')
		return `“${path}” could not be written: there is no space left. Free some and retry.`;
	if (failure.kind === 'output-permission') {
		return `“${path}” could not be written: the browser may not change it. Choose the folder again and retry.`;
	}
	const detail = 'detail' in failure ? failure.detail : failure.kind;
	return `“${path}” could not be written (${detail}). Retry; the clip itself is complete.`;
}

/** The caption beside a clip: its path with `.txt`; a folder of pictures has no ending to lose. */
export function captionPath(clip: string): string {
	return `${stemOf(clip)}.txt`;
}

/** The WAV beside a folder of pictures. */
export const soundPath = (clip: string): string => `${stemOf(clip)}.wav`;

/** A clip is a file with an ending; a folder of pictures has none of ours. */
export const isFolderOfPictures = (clip: string): boolean => !/\.(mp4|webm|mov|mkv|m4a|mp3|wav|gif)$/iu.test(clip);

const stemOf = (clip: string): string => (isFolderOfPictures(clip) ? clip : clip.slice(0, clip.lastIndexOf('.')));
