import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import type { MediaFacts } from '#core/media/media-facts';
import { costOf } from './cost.ts';

const MEDIA = `1-${'a'.repeat(64)}`;
const facts = {
	fingerprint: MEDIA,
	video: { fps: { num: 30, den: 1 }, codedWidth: 1920, codedHeight: 1080, rotation: 0, hdr: false },
} as unknown as MediaFacts;

const clip = (inS: number, video: Partial<ExportTask['video']> = {}): ExportTask => ({
	id: `${inS}`,
	container: 'mp4',
	pieces: [{ media: MEDIA, inS, outS: inS + 8, crop: { x: 0, y: 0, width: 608, height: 1080 } }],
	video: {
		kind: 'mp4',
		codec: 'avc',
		size: { width: 288, height: 512 },
		rate: 'source',
		frames: 240,
		quality: { crf: 23 },
		scaling: 'fast',
		...video,
	} as ExportTask['video'],
	audio: { kind: 'none' },
	output: { name: 'clip', extension: 'mp4' },
	durationS: 8,
});

const cost = (...tasks: ExportTask[]): number => costOf(tasks, () => facts);

test('clips that overlap cost less together than one by one', () => {
	const [alone, together] = [3 * cost(clip(10)), cost(clip(10), clip(13), clip(16))];
	expect(together / alone).toBeGreaterThan(0.4);
	expect(together / alone).toBeLessThan(0.7);
});

test('clips that are far apart cost what they cost one by one', () => {
	expect(cost(clip(10), clip(100))).toBeCloseTo(2 * cost(clip(10)), 6);
});

test('picture files cost more than a film of the same pictures', () => {
	const pictures = { kind: 'frames', format: 'webp', quality: 92 } as Partial<ExportTask['video']>;
	expect(cost(clip(10, pictures))).toBeGreaterThan(cost(clip(10)));
});
