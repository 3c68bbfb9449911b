import type { ExportItem, ServerExport } from '#contract/exports';
import type { AfterExport } from '#core/export/after-export';
import { foldersAbove, pathBelow } from '#core/dataset/dataset-entry';
import { DatasetFiles } from '#core/dataset/dataset-files';
import { shardPath } from '#core/dataset/shard';
import type { MarkedClip, Marker } from '#core/project/profile';
import type { JobContext } from '../jobs/job-queue.ts';
import { datasetTree, troubleText, writeShard } from './dataset-tree.ts';
import type { ExportFolder } from './export-folder.ts';

/** The profile documents, as far as exports write to them. Both answer a sentence where that is not possible. */
export interface ExportHistory {
	/** A clip came out: puts it under its marker. Doing it again changes nothing. */
	onMade(profile: string, marker: AfterExport['marker'], clip: MarkedClip): string | undefined;
	onRemoved(profile: string, markerId: string, paths: readonly string[]): string | undefined;
}

/** A clip of a group that is done. */
export interface DoneClip {
	readonly after: AfterExport;
	readonly result: ServerExport;
}

/** Writes down what came out, one job after the other: the history of the profile, then the lists of the data set. */
export class AfterServerExports {
	readonly #folder: ExportFolder;
	readonly #history: ExportHistory;
	/** What of a group is done, for its shard. */
	readonly #doneOf: (markerId: string) => readonly DoneClip[];
	#turn: Promise<void> = Promise.resolve();

	constructor(folder: ExportFolder, history: ExportHistory, doneOf: (markerId: string) => readonly DoneClip[]) {
		this.#folder = folder;
		this.#history = history;
		this.#doneOf = doneOf;
	}

	/** Notes one export. What cannot be written is said in the job; the file stays. */
	note({ after }: ExportItem, result: ServerExport, context: Pick<JobContext, 'note'>): Promise<void> {
		return this.#alone(async () => {
			if (after === undefined) return;
			const [path = result.fileName, sound] = result.files;
			const { marker } = after;
			const said = this.#history.onMade(after.profile, marker, { path, ...after.clip });
			if (said !== undefined) context.note(said);
			const { annotation } = after;
			const below = annotation && pathBelow(annotation.root, path);
			if (annotation === undefined || below === undefined) return;
			const files = new DatasetFiles(datasetTree(this.#folder), annotation.root);
			const soundBelow = sound === undefined ? undefined : pathBelow(annotation.root, sound);
			const { label, category, formats, root } = annotation;
			const entry = { path: below, label, category, ...(soundBelow !== undefined && { soundPath: soundBelow }) };
			await files.put([entry], formats);
			if (formats.includes('tar'))
				await this.#shard(root, [...this.#doneOf(marker.id), { after, result }], files.trouble);
			files.trouble.forEach((sentence) => context.note(sentence));
		});
	}

	/** Deletes what came out, its entries in every list above it, and its history. Sentences about what could not be changed. */
	remove(clips: readonly DoneClip[], others: readonly ServerExport[]): Promise<readonly string[]> {
		return this.#alone(async () => {
			const trouble: string[] = [];
			const gone: string[] = [];
			for (const path of [...clips.map(({ result }) => result), ...others].flatMap(({ files }) => files)) {
				try {
					await this.#folder.remove(path);
					gone.push(path);
				} catch (thrown) {
					trouble.push(troubleText(path, thrown));
				}
			}
			for (const root of new Set(gone.flatMap(foldersAbove))) {
				const files = new DatasetFiles(datasetTree(this.#folder), root);
				await files.remove(gone.flatMap((path) => pathBelow(root, path) ?? []));
				trouble.push(...files.trouble);
			}
			for (const { after, result } of clips) await this.#forget(after, result, gone, trouble);
			for (const path of gone) await this.#folder.prune(path.split('/').slice(0, -1).join('/'));
			return trouble;
		});
	}

	async #forget(
		after: AfterExport,
		{ files }: ServerExport,
		gone: readonly string[],
		trouble: string[],
	): Promise<void> {
		const said = this.#history.onRemoved(
			after.profile,
			after.marker.id,
			files.filter((path) => gone.includes(path)),
		);
		if (said !== undefined) trouble.push(said);
		const { annotation } = after;
		if (annotation?.formats.includes('tar') !== true) return;
		const left = this.#doneOf(after.marker.id).filter(
			({ result }) => !result.files.some((path) => gone.includes(path)),
		);
		const path = shardPath(after.marker, annotation.root);
		if (left.length === 0) await this.#folder.remove(path);
		else await this.#shard(annotation.root, left, trouble);
	}

	async #shard(root: string, done: readonly DoneClip[], trouble: string[]): Promise<void> {
		const [first] = done;
		if (first === undefined) return;
		const clips = done.map(({ after, result }) => ({ path: result.files[0] ?? '', ...after.clip }));
		const unique = [...new Map(clips.map((clip) => [clip.path, clip])).values()].sort((a, b) =>
			a.path < b.path ? -1 : 1,
		);
		const marker: Marker = { ...first.after.marker, clips: unique };
		try {
			await writeShard(this.#folder, root, marker);
		} catch (thrown) {
			trouble.push(troubleText(shardPath(marker, root), thrown));
		}
	}

	/** Lists are read, changed and written: one at a time. */
	#alone<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#turn.then(work);
		this.#turn = done.then(
			() => undefined,
			() => undefined,
		);
		return done;
	}
}
