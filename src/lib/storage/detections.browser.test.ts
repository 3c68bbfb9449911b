import { afterEach, expect, test } from 'vitest';
import type { DetectedFrame } from '#core/tracking/detection';
import { FileDetections } from './detections.ts';
import { OriginFiles } from './private-files.ts';

const root = `detections-${crypto.randomUUID()}`;
const files = new OriginFiles(root);
const store = new FileDetections(files);
const media = `${'a'.repeat(64)}-1`;

afterEach(async () => {
	await (await navigator.storage.getDirectory()).removeEntry(root, { recursive: true });
});

const seen = (atS: number): DetectedFrame => ({
	atS,
	detections: [{ box: { x: 0.25, y: 0, width: 0.5, height: 1 }, score: 1, label: 'person' }],
});

test('what was seen comes back with its cuts, and what was not seen is told', async () => {
	await store.put(media, 'ssd', { span: { inS: 0, outS: 2 }, frames: [seen(0), seen(1)], cutsS: [1] });
	await store.put(media, 'ssd', { span: { inS: 4, outS: 6 }, frames: [seen(4), seen(5)], cutsS: [4, 5.5] });
	const read = await store.read(media, 'ssd', { inS: 1, outS: 7 });
	expect(read.frames.map(({ atS }) => atS)).toEqual([1, 4, 5]);
	expect(read.frames[0]?.detections[0]?.label).toBe('person');
	expect(read.cutsS).toEqual([1, 4, 5.5]);
	expect(read.missing).toEqual([
		{ inS: 2, outS: 4 },
		{ inS: 6, outS: 7 },
	]);
	expect(await store.covered(media, 'ssd')).toEqual([
		{ inS: 0, outS: 2 },
		{ inS: 4, outS: 6 },
	]);
});

test('each model has seen for itself', async () => {
	await store.put(media, 'ssd', { span: { inS: 0, outS: 2 }, frames: [seen(0)], cutsS: [] });
	expect((await store.read(media, 'other', { inS: 0, outS: 2 })).missing).toEqual([{ inS: 0, outS: 2 }]);
});

test('stretches that overlap tell each frame once', async () => {
	await store.put(media, 'ssd', { span: { inS: 0, outS: 2 }, frames: [seen(0), seen(1)], cutsS: [] });
	await store.put(media, 'ssd', { span: { inS: 1, outS: 3 }, frames: [seen(1), seen(2)], cutsS: [2] });
	const read = await store.read(media, 'ssd', { inS: 0, outS: 3 });
	expect(read.frames.map(({ atS }) => atS)).toEqual([0, 1, 2]);
	expect(read.missing).toEqual([]);
});

test.each([0, 3, 9, 30])('a file cut off after %i bytes is seen again', async (bytes) => {
	await store.put(media, 'ssd', { span: { inS: 0, outS: 2 }, frames: [seen(0), seen(1)], cutsS: [1] });
	const handle = await files.get(`derived/${media}/seen/ssd/0_2000000.seen`);
	const writable = await handle!.createWritable({ keepExistingData: true });
	await writable.truncate(bytes);
	await writable.close();
	const read = await store.read(media, 'ssd', { inS: 0, outS: 2 });
	expect(read).toEqual({ frames: [], cutsS: [], missing: [{ inS: 0, outS: 2 }] });
});
