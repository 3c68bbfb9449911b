import { expect, test } from 'vitest';
import type { ModelReading } from '$lib/vision/video-analyst';
import { classesFrom, draftOf, notesOf } from './models-draft.ts';

const place = { name: 'images', width: 64, height: 64, layout: 'nchw' } as const;
const words = { title: ' Mine ', licence: 'MIT' };
const yolox: ModelReading = {
	family: 'YOLOX',
	classCount: 2,
	model: {
		input: { ...place, channels: 'bgr', mean: [0, 0, 0], deviation: [1, 1, 1], fit: 'letterbox', fill: 114 },
		head: { kind: 'yolox', output: 'out', strides: [8, 16, 32], classCount: 2 },
		classes: [
			{ id: 0, name: 'class 0' },
			{ id: 1, name: 'class 1' },
		],
	},
};
const nanodet: ModelReading = {
	...yolox,
	model: {
		...yolox.model,
		input: {
			...{ ...place, channels: 'bgr', fit: 'stretch' },
			mean: [103.53, 116.28, 123.675],
			deviation: [57.375, 57.12, 58.395],
		},
	},
};
const ssd: ModelReading = {
	...yolox,
	model: { ...yolox.model, head: { kind: 'ssd-decoded', scores: 's', boxes: 'b', boxCount: 9, firstClass: 1 } },
};

test('what is usual for a family stays as it is when it is confirmed', () => {
	for (const reading of [yolox, nanodet]) {
		const notes = notesOf(draftOf(reading, words), reading, 'a.onnx');
		expect(notes).toEqual({ title: 'Mine', licence: 'MIT', family: 'YOLOX', fileName: 'a.onnx', ...reading.model });
	}
	expect(draftOf(nanodet, words)).toMatchObject({ range: 'imagenet', fit: 'stretch', colours: 'bgr' });
	expect(draftOf(yolox, words)).toMatchObject({ range: 'bytes', fit: 'grey' });
});

test('a correction changes the numbers of the input, in the order of its colours', () => {
	const changed = { ...draftOf(yolox, words), colours: 'rgb', range: 'imagenet', fit: 'black' } as const;
	const { input } = notesOf(changed, yolox, 'a.onnx');
	expect(input).toEqual({
		...{ ...place, channels: 'rgb', fit: 'letterbox' },
		mean: [123.675, 116.28, 103.53],
		deviation: [58.395, 57.12, 57.375],
	});
});

test('names are counted from the first class of the head', () => {
	expect(classesFrom(yolox, 'cat\ndog', 'a.txt')).toMatchObject({ value: [{ id: 0 }, { id: 1 }] });
	expect(classesFrom(ssd, 'cat\ndog', 'a.txt')).toMatchObject({ value: [{ id: 1 }, { id: 2 }] });
	expect(classesFrom(yolox, 'cat', 'a.txt')).toMatchObject({ ok: false });
});
