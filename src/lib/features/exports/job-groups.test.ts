import { expect, test } from 'vitest';
import type { Live } from '#core/live';
import type { MediaFacts } from '#core/media/media-facts';
import type { JobRecord } from '$lib/storage/job-record';
import type { Toast, Toasts } from '$lib/ui/toast/toasts.svelte';
import { factsOf, rowsOf } from './job-groups.ts';
import { tellGroupEnds } from './tell-group-ends.ts';

let made = 0;
function record(group: string | undefined, job: Partial<JobRecord['job']>, extra: Partial<JobRecord> = {}): JobRecord {
	made += 1;
	return {
		job: {
			id: `job-${made}`,
			kind: 'export',
			state: 'queued',
			progress: 0,
			step: '',
			attempts: 1,
			priority: 0,
			createdAt: '2026-01-01T00:00:00.000Z',
			...job,
		},
		task: {
			id: `task-${made}`,
			container: 'mp4',
			pieces: [],
			video: { kind: 'none' },
			audio: { kind: 'none' },
			output: { name: `clip_001_${made}`, extension: 'mp4', folder: 'walk/clip_001' },
			durationS: 8,
		},
		facts: [],
		engineChoice: 'auto',
		engine: '',
		engineReason: '',
		destination: { kind: 'browser' },
		notes: [],
		...(group !== undefined && { group }),
		...extra,
	};
}
const broken = (subject: string): Partial<JobRecord['job']> => ({
	state: 'failed',
	error: { kind: 'out-of-space', subject },
});

test('jobs of one group are one line, in the order they were asked for; a group of one is its job', () => {
	const [a, b, c, d] = ['one', undefined, 'one', 'two'].map((group) => record(group, {}));
	const rows = rowsOf([a, b, c, d].flatMap((each) => each ?? []));
	expect(rows.map(({ kind }) => kind)).toEqual(['group', 'job', 'job']);
	expect(rows[0]?.kind === 'group' && rows[0].group.records).toEqual([c, a]);
});

test('a group says where it lies, and whether it can be fetched from a server', () => {
	const of = (extra: Partial<JobRecord>) => factsOf({ id: 'g', records: [record('g', { state: 'done' }, extra)] });
	const server = { kind: 'server', place: '', name: 'home' } as const;
	const result = {
		...{ fileName: 'a.mp4', bytes: 1, frames: 1, durationS: 1, width: 2, height: 2 },
		...{ encoder: '', tookS: 1, files: ['a.mp4'] },
	};
	expect(of({ destination: server })).toMatchObject({
		place: 'in the folder “walk/clip_001” of home',
		onServer: false,
	});
	expect(of({ destination: server, result }).onServer).toBe(true);
	const folder = { kind: 'folder', handleId: 'f', name: 'Clips' } as const;
	expect(of({ destination: folder, result })).toMatchObject({
		place: 'in the folder “Clips/walk/clip_001”',
		onServer: false,
	});
	expect(of({}).place).toBe('');
});

test('a group without a folder is called by the files it is made of', () => {
	const task = { ...record(undefined, {}).task, output: { name: 'a', extension: 'mp4' } };
	const of = (...names: string[]): JobRecord =>
		record('g', {}, { task, facts: names.map((name) => ({ name }) as MediaFacts) });
	expect(factsOf({ id: 'g', records: [of('walk.mp4'), of('walk.mp4')] }).name).toBe('walk.mp4');
	expect(factsOf({ id: 'g', records: [of('walk.mp4'), of('run.mp4'), of('sea.mp4')] }).name).toBe(
		'walk.mp4 and 2 more',
	);
});

test('a group tells how many are done, and each reason of failing once', () => {
	const records = [
		record('g', { state: 'done', progress: 1 }, { recorded: { trouble: ['“dataset.json” could not be read.'] } }),
		record('g', broken('clip_a')),
		record('g', broken('clip_b')),
		record('g', { state: 'running', progress: 0.5 }),
	];
	const facts = factsOf({ id: 'g', records });
	expect(facts).toMatchObject({ name: 'clip_001', state: 'running', total: 4, done: 1, failed: 2, progress: 0.875 });
	expect(facts.problems).toEqual([
		expect.stringMatching(/^There is no space left for “clip_a”.* The same of 1 more: clip_001_\d+\.mp4\.$/),
		'“dataset.json” could not be read.',
	]);
	expect(factsOf({ id: 'g', records: records.slice(0, 3) }).state).toBe('failed');
	expect(factsOf({ id: 'g', records: [record('g', { state: 'cancelled' })] }).state).toBe('cancelled');
});

test('a group that ends is told once, in the tab that queued it, with the count of what failed', () => {
	let tell: (records: readonly JobRecord[]) => void = () => undefined;
	const live: Live<readonly JobRecord[]> = {
		subscribe: (next) => {
			tell = next;
			return { unsubscribe: () => undefined };
		},
	};
	const shown: Omit<Toast, 'id'>[] = [];
	const toasts = { show: (toast: Omit<Toast, 'id'>) => shown.push(toast) } as unknown as Toasts;
	let opened = 0;
	tellGroupEnds({ watch: () => live, isFromHere: (group) => group === 'g' }, toasts, () => (opened += 1));
	const [one, two, single] = [record('g', {}), record('g', {}), record(undefined, {})];
	const as = (of: JobRecord, job: Partial<JobRecord['job']>): JobRecord => ({ ...of, job: { ...of.job, ...job } });
	// What had ended before the page came is not told.
	tell([as(record('old', {}), { state: 'done' }), one, two, single]);
	tell([as(one, { state: 'done' }), two, as(single, { state: 'done' })]);
	expect(shown).toEqual([]);
	const ended = [as(one, { state: 'done' }), as(two, broken('clip'))];
	tell(ended);
	tell(ended);
	expect(shown.map(({ kind, text }) => [kind, text])).toEqual([['error', 'clip_001 has ended: 1 of 2 files failed.']]);
	shown[0]?.action?.run();
	expect(opened).toBe(1);
	tell([as(one, { state: 'done' }), two]);
	tell([one, two].map((each) => as(each, { state: 'done' })));
	expect(shown.at(-1)).toEqual({ kind: 'success', text: 'clip_001 is ready: 2 files.' });
	const elsewhere = [record('other', {}), record('other', {})];
	tell(elsewhere);
	tell(elsewhere.map((each) => as(each, { state: 'done' })));
	expect(shown).toHaveLength(2);
});
