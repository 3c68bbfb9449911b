import { expect, test } from 'vitest';
import { videoBitrate } from './export-estimate.ts';
import type { ExportTask } from './export-task.ts';
import { byteLimit, tighterTask, tooLarge } from './size-limit.ts';

const task: ExportTask = {
	...{ id: 'a', container: 'mp4', durationS: 10, output: { name: 'film', extension: 'mp4' } },
	pieces: [{ media: `1-${'a'.repeat(64)}`, inS: 0, outS: 10, crop: { x: 0, y: 0, width: 640, height: 360 } }],
	video: {
		...{ kind: 'mp4', codec: 'avc', size: { width: 640, height: 360 }, rate: { num: 30, den: 1 }, frames: 300 },
		...{ quality: { maxBytes: 1_000_000 }, scaling: 'fast' },
	},
	audio: { kind: 'encode', codec: 'aac', bitrate: 96_000 },
};

test('the first try leaves room for the sound and the container', () => {
	expect(byteLimit(task)).toBe(1_000_000);
	expect(videoBitrate(task)).toBe(Math.floor(800_000 * 0.94 - 96_000));
});

test('another try takes off what was too much, and a little more', () => {
	const again = tighterTask(task, { bytes: 1_200_000, limit: 1_000_000 })!;
	expect(videoBitrate(again)).toBeLessThan(videoBitrate(task) - 160_000);
	expect(videoBitrate(again)).toBeGreaterThan(videoBitrate(task) - 260_000);
});

test('where the sound alone is too much there is no other try, and the sentence says what to do', () => {
	expect(tighterTask(task, { bytes: 3_000_000, limit: 200_000 })).toBeUndefined();
	expect(tooLarge(task, 1_200_000, 1_000_000)).toMatchObject({
		detail: expect.stringMatching(/^1\.20 MB is as small as it gets .* the limit is 1\.00 MB/) as unknown,
	});
});
