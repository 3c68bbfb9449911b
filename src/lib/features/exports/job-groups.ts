import { failureText } from '#core/failure';
import { isFinished, type JobState } from '#core/export/job';
import type { Marker } from '#core/project/profile';
import type { JobRecord } from '$lib/storage/job-record';
import { nameOf } from './job-facts.ts';
import { text } from './text.ts';

/** Jobs that were asked for together, in the order they were asked for. */
export interface JobGroup {
	readonly id: string;
	readonly records: readonly JobRecord[];
}

/** A line of the list: one export, or a group that unfolds. */
export type Row =
	| { readonly kind: 'job'; readonly id: string; readonly record: JobRecord }
	| { readonly kind: 'group'; readonly id: string; readonly group: JobGroup };

/** The list as it is shown, newest first: a group stands where its newest job does; a group of one is that job. */
export function rowsOf(records: readonly JobRecord[]): Row[] {
	const groups = new Map<string, JobRecord[]>();
	for (const record of records) {
		const key = record.group ?? `job ${record.job.id}`;
		const known = groups.get(key);
		if (known === undefined) groups.set(key, [record]);
		else known.push(record);
	}
	return [...groups].map(([id, members]): Row => {
		const [record] = members;
		if (record !== undefined && members.length === 1) return { kind: 'job', id: record.job.id, record };
		return { kind: 'group', id, group: { id, records: members.reverse() } };
	});
}

/** How a group is. */
export interface GroupFacts {
	readonly id: string;
	readonly name: string;
	/** `failed` when it has ended and something failed; `cancelled` when nothing came out because it was cancelled. */
	readonly state: JobState;
	readonly total: number;
	readonly done: number;
	readonly failed: number;
	/** 0..1 over all of it. */
	readonly progress: number;
	/** What is being done now, in a few words: "Encoding"; empty while nothing is known, and at the end. */
	readonly doing: string;
	/** What failed and why, each reason once with the names of what it hit. */
	readonly problems: readonly string[];
	/** Whether the browser keeps what came out. */
	readonly kept: boolean;
	/** Where it lies, when that is a picked folder or one of a server: "Clips/walk/clip_001". */
	readonly folder: string;
}

export function factsOf({ id, records }: JobGroup): GroupFacts {
	const of = (state: JobState): number => records.filter(({ job }) => job.state === state).length;
	const [first] = records;
	const folder = first?.task.output.folder ?? '';
	const destination = first?.destination;
	const progress = records.reduce((sum, { job }) => sum + (isFinished(job.state) ? 1 : job.progress), 0);
	return {
		id,
		name: folder.slice(folder.lastIndexOf('/') + 1) || sourcesOf(records),
		state: stateOf(of),
		total: records.length,
		done: of('done'),
		failed: of('failed'),
		progress: records.length === 0 ? 0 : progress / records.length,
		doing: (records.find(isRunning) ?? records.find(isQueued))?.job.step ?? '',
		problems: problemsOf(records),
		kept: records.some(({ result }) => result?.path !== undefined),
		folder:
			destination === undefined || destination.kind === 'browser'
				? ''
				: [destination.name, folder].filter(Boolean).join('/'),
	};
}

const isRunning = ({ job }: JobRecord): boolean => job.state === 'running';
const isQueued = ({ job }: JobRecord): boolean => job.state === 'queued';

/** The files that a group was made of: "walk.mp4", or "walk.mp4 and 2 more". */
function sourcesOf(records: readonly JobRecord[]): string {
	const [first = '', ...others] = new Set(records.flatMap(({ facts }) => facts.map(({ name }) => name)));
	return others.length === 0 ? first : text.andMore(first, others.length);
}

function stateOf(of: (state: JobState) => number): JobState {
	if (of('running') > 0) return 'running';
	if (of('queued') > 0) return of('done') + of('failed') > 0 ? 'running' : 'queued';
	if (of('failed') > 0) return 'failed';
	return of('done') > 0 ? 'done' : 'cancelled';
}

/** Failures first, then what could not be written beside files that are complete. */
function problemsOf(records: readonly JobRecord[]): string[] {
	const failed = new Map<string, { names: string[]; sentence: string }>();
	for (const record of records) {
		const { error } = record.job;
		if (record.job.state !== 'failed' || error === undefined) continue;
		// The same reason of several files is said once: without the name, the sentences are alike.
		const key = JSON.stringify({ ...error, subject: '' });
		const name = nameOf(record);
		const known = failed.get(key);
		if (known === undefined) failed.set(key, { names: [name], sentence: failureText(error) });
		else known.names.push(name);
	}
	const sentences = [...failed.values()].map(({ names, sentence }) =>
		names.length === 1 ? sentence : text.sameReason(names, sentence),
	);
	return [...new Set([...sentences, ...records.flatMap(({ recorded }) => recorded?.trouble ?? [])])];
}

/** The group in the history, with the clips that are known here; undefined when nothing was to be written down. */
export function markerOf({ records }: JobGroup): Marker | undefined {
	const after = records.find((record) => record.after !== undefined)?.after;
	if (after === undefined) return undefined;
	const clips = records.flatMap((record) => {
		const [path] = record.result?.files ?? [];
		return path === undefined || record.after === undefined ? [] : [{ path, ...record.after.clip }];
	});
	return { ...after.marker, clips };
}

/** What is said when groups end between two looks at the list: the group with its counts. */
export function groupsEndedBetween(before: readonly JobRecord[], now: readonly JobRecord[]): readonly GroupFacts[] {
	const wasOpen = new Set(before.filter(({ job }) => !isFinished(job.state)).map(({ group }) => group));
	return rowsOf(now).flatMap((row) => {
		const group = row.kind === 'group' ? row.group : { id: row.record.group ?? '', records: [row.record] };
		if (group.id === '' || !wasOpen.has(group.id)) return [];
		const facts = factsOf(group);
		return isFinished(facts.state) && facts.done + facts.failed > 0 ? [facts] : [];
	});
}
