import { pathBelow, type DatasetEntry } from '#core/dataset/dataset-entry';
import type { Marker } from '#core/project/profile';
import type { AfterExport, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { DatasetFiles, troubleText } from './dataset-files.ts';
import { destinationId, destinationTree } from './destination-tree.ts';
import { shardPath, writeShard } from './shard-file.ts';

/** A job that is done and asked for something to be written down. */
type Done = JobRecord & { readonly after: AfterExport };

const isDone = (record: JobRecord | undefined): record is Done =>
	record?.job.state === 'done' &&
	record.after !== undefined &&
	record.result !== undefined &&
	// There the server has written it all down.
	record.destination.kind !== 'server';

/**
 * Writes down what came out: the clip in the profile's history as soon as its file is complete, the lists of the data set when the clips
 * that run together have ended. All of it may be done again without harm, so what a crash cut off is caught up at the next start.
 */
export class AfterExports {
	#storage: Storage;
	#lock: string;

	/** `lock` names the lock under which lists are read and written. */
	constructor(storage: Storage, lock: string) {
		this.#storage = storage;
		this.#lock = lock;
	}

	/** Puts the clip under its marker in the profile and remembers the label. Answers what went wrong, or nothing. */
	async note(record: JobRecord): Promise<string | undefined> {
		if (!isDone(record)) return undefined;
		const { after, result } = record;
		try {
			const profile = await this.#storage.profiles.open(after.profile);
			if (profile.readOnly) return profile.problem;
			const [path = result?.fileName ?? ''] = result?.files ?? [];
			profile.recordClip(after.marker, { path, ...after.clip });
			profile.addLabel(after.marker.label);
			await profile.flush();
			return undefined;
		} catch (thrown) {
			console.warn('The history could not be written:', thrown);
			return `The history of the profile “${after.profile}” could not be written. ${String(thrown)}`;
		}
	}

	/** Does what is still to be done for these jobs; those that are not done yet are left alone. */
	async flush(ids: readonly string[]): Promise<void> {
		const records = await Promise.all(ids.map((id) => this.#storage.jobs.get(id)));
		const waiting = records
			.filter(isDone)
			.filter(({ recorded }) => recorded === undefined || recorded.trouble.length > 0);
		if (waiting.length === 0) return;
		await this.whileAlone(async () => {
			const trouble = new Map(waiting.map(({ job }) => [job.id, [] as string[]]));
			const say = (records: readonly Done[], sentences: readonly string[]): void => {
				for (const { job } of records) trouble.get(job.id)?.push(...sentences);
			};
			for (const record of waiting) {
				const said = await this.note(record);
				if (said !== undefined) say([record], [said]);
			}
			for (const group of byRoot(waiting)) say(group, await this.#annotate(group));
			for (const { job } of waiting) {
				const recorded = { trouble: trouble.get(job.id) ?? [] };
				await this.#storage.jobs.update(job.id, (latest) => ({ ...latest, recorded }));
			}
		});
	}

	/** Does what a crash or a closed page left undone. */
	async catchUp(): Promise<void> {
		const records = await this.#storage.jobs.all();
		const left = records.filter((record) => isDone(record) && record.recorded === undefined);
		await this.flush(left.map(({ job }) => job.id).reverse());
	}

	/** Runs `work` while no other tab changes lists. */
	async whileAlone<T>(work: () => Promise<T>): Promise<T> {
		if (!('locks' in navigator)) return work();
		return navigator.locks.request(this.#lock, work);
	}

	/** Lists and shards of jobs of one root; answers what went wrong. */
	async #annotate(records: readonly Done[]): Promise<readonly string[]> {
		const [first] = records;
		const annotation = first?.after.annotation;
		if (first === undefined || annotation === undefined) return [];
		try {
			const tree = await destinationTree(this.#storage, first.destination);
			if (tree === undefined) {
				return [
					'The data set could not be written: the browser may no longer write to the folder. Retry and allow it.',
				];
			}
			const files = new DatasetFiles(tree, annotation.root);
			await files.put(records.flatMap(entryOf), annotation.formats);
			if (!annotation.formats.includes('tar')) return files.trouble;
			for (const marker of await this.#markersOf(records)) {
				const path = shardPath(marker, annotation.root);
				try {
					await writeShard(tree, annotation.root, marker);
				} catch (thrown) {
					files.trouble.push(troubleText(path, thrown));
				}
			}
			return files.trouble;
		} catch (thrown) {
			return [troubleText(annotation.root === '' ? 'dataset' : annotation.root, thrown)];
		}
	}

	/** The groups of these jobs with all their clips, also those that were made before. */
	async #markersOf(records: readonly Done[]): Promise<readonly Marker[]> {
		const markers: Marker[] = [];
		for (const name of new Set(records.map(({ after }) => after.profile))) {
			const { profile } = await this.#storage.profiles.open(name);
			const ids = new Set(records.map(({ after }) => after.marker.id));
			markers.push(...profile.markers.filter(({ id }) => ids.has(id)));
		}
		return markers;
	}
}

function entryOf({ after: { annotation }, result }: Done): DatasetEntry[] {
	const [clip, sound] = result?.files ?? [];
	if (annotation === undefined || clip === undefined) return [];
	const { root, label, category } = annotation;
	const path = pathBelow(root, clip);
	if (path === undefined) return [];
	const soundPath = sound === undefined ? undefined : pathBelow(root, sound);
	return [{ path, label, category, ...(soundPath !== undefined && { soundPath }) }];
}

/** Jobs whose data set is one: the same destination, root and formats. In the order they were asked for. */
function byRoot(records: readonly Done[]): Done[][] {
	const groups = new Map<string, Done[]>();
	const sorted = [...records].sort((a, b) => (a.job.createdAt < b.job.createdAt ? -1 : 1));
	for (const record of sorted) {
		const { annotation } = record.after;
		if (annotation === undefined) continue;
		const key = JSON.stringify([destinationId(record.destination), annotation.root, annotation.formats]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [record]);
		else group.push(record);
	}
	return [...groups.values()];
}
