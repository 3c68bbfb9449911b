import { expect, test } from 'vitest';
import { videoBitrate } from '#core/export/export-estimate';
import type { ExportTask } from '#core/export/export-task';
import { ok } from '#core/result';
import { runWithinLimits } from './size-limited-run.ts';
import type { RunReport, TaskEnd, TaskRequest } from './task-request.ts';

const request = (id: string, maxBytes: number): TaskRequest => {
	const task: ExportTask = {
		...{ id, container: 'mp4', durationS: 10, output: { name: id, extension: 'mp4' }, audio: { kind: 'none' } },
		pieces: [{ media: `1-${'a'.repeat(64)}`, inS: 0, outS: 10, crop: { x: 0, y: 0, width: 64, height: 36 } }],
		video: {
			...{ kind: 'mp4', codec: 'avc', size: { width: 64, height: 36 }, rate: { num: 30, den: 1 }, frames: 300 },
			...{ quality: { maxBytes }, scaling: 'fast' },
		},
	};
	return { task, sources: [], output: { file: {} as FileSystemFileHandle } };
};

/** An encoder that makes files `factor` times as large as it should. */
async function trial(requests: readonly TaskRequest[], factor: number) {
	const reports: RunReport[] = [];
	const runs: string[][] = [];
	const ends = await runWithinLimits(
		requests,
		{ signal: new AbortController().signal, report: (report) => reports.push(report) },
		(left, { report }) => {
			runs.push(left.map(({ task }) => task.id));
			const made = left.map(({ task }): TaskEnd => {
				const bytes = Math.round((videoBitrate(task) * 10 * factor) / 8);
				const rest = { frames: 300, durationS: 10, width: 64, height: 36, encoder: '' };
				return { taskId: task.id, result: ok({ taskId: task.id, bytes, ...rest }) };
			});
			for (const end of made) report({ kind: 'ended', ...end });
			return Promise.resolve(made);
		},
	);
	return { ends, reports, runs };
}

test('what fits is made once', async () => {
	const { ends, runs } = await trial([request('a', 1_000_000)], 1);
	expect(runs).toEqual([['a']]);
	expect(ends).toMatchObject([{ taskId: 'a', result: { ok: true } }]);
});

test('what is too large is made again, alone, and told once', async () => {
	const { ends, reports, runs } = await trial([request('a', 1_000_000), request('b', 100_000_000)], 1.3);
	expect(runs[0]).toEqual(['a', 'b']);
	expect(runs[1]).toContain('a');
	expect(reports.filter((report) => report.kind === 'ended' && report.taskId === 'a')).toHaveLength(1);
	for (const { result } of ends) expect(result.ok).toBe(true);
	const [first] = ends;
	expect(first!.result.ok && first!.result.value.bytes).toBeLessThanOrEqual(1_000_000);
});

test('what does not get small enough is a failure that says so', async () => {
	const { ends, reports, runs } = await trial([request('a', 60_000)], 50);
	expect(runs.length).toBeLessThanOrEqual(3);
	expect(ends).toMatchObject([{ result: { ok: false, error: { kind: 'unsupported' } } }]);
	expect(reports).toHaveLength(1);
});
