import { describe, expect, test } from 'vitest';
import type { ModelHead } from '#core/vision/model-manifest';
import type { Tensors } from '../tensor.ts';
import type { Candidate } from './candidate.ts';
import { decodeHead } from './decode-head.ts';

const tensor = (dims: readonly number[], set: Readonly<Record<number, number>> = {}): Tensors[string] => {
	const data = new Float32Array(dims.reduce((size, side) => size * side, 1));
	for (const [at, value] of Object.entries(set)) data[Number(at)] = value;
	return { dims, data };
};

const decoded = (head: ModelHead, tensors: Tensors, side = 64, unknown: readonly number[] = []): Candidate[] =>
	decodeHead(head, tensors, {
		...{ width: side, height: side, minScore: 0.1 },
		isKnown: (id) => !unknown.includes(id),
	});

const about = (box: Candidate): unknown =>
	Object.fromEntries(Object.entries(box).map(([name, value]) => [name, expect.closeTo(value as number, 5)]));

const row = (length: number, n: number, ...values: readonly number[]): Readonly<Record<number, number>> =>
	Object.fromEntries(values.map((value, at) => [n * length + at, value]));

const inverse = (score: number): number => Math.log(score / (1 - score));

describe('detector heads', () => {
	test('SSD: edges as they stand, the likeliest class that has a name', () => {
		const head = { kind: 'ssd-decoded', scores: 's', boxes: 'b', boxCount: 3, firstClass: 1 } as const;
		const tensors = {
			s: tensor([1, 3, 4], { ...row(4, 1, 0.2, 0.9, 0.3, 0), ...row(4, 2, 0.05, 0.05, 0.05, 0.05) }),
			b: tensor([1, 3, 1, 4], row(4, 1, 0.1, 0.2, 0.5, 0.4)),
		};
		const box = { left: 0.2, top: 0.1, right: 0.4, bottom: 0.5 };
		expect(decoded(head, tensors)).toEqual([about({ ...box, score: 0.9, classId: 2 })]);
		expect(decoded(head, tensors, 64, [2])).toEqual([about({ ...box, score: 0.3, classId: 3 })]);
	});

	test('BlazeFace: offsets from the middle of the anchor’s cell, scores as logits', () => {
		const grids = [
			{ scores: 's1', boxes: 'b1', columns: 2, rows: 2, anchors: 2 },
			{ scores: 's2', boxes: 'b2', columns: 1, rows: 1, anchors: 6 },
		];
		const head: ModelHead = { kind: 'ssd-anchors', grids, scale: 64, scoreLimit: 100, keypoints: ['nose'] };
		const low = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [n, -200]));
		const tensors = {
			s1: tensor([1, 8, 1], { ...low, 5: inverse(0.8) }),
			b1: tensor([1, 8, 6], row(6, 5, 6.4, -6.4, 32, 16, 1, 2)),
			s2: tensor([1, 6, 1], low),
			b2: tensor([1, 6, 6]),
		};
		// The sixth anchor stands in the third cell: left, below; its centre is moved by a tenth.
		expect(decoded(head, tensors)).toEqual([
			about({ left: 0.1, top: 0.525, right: 0.6, bottom: 0.775, score: 0.8, classId: 0 }),
		]);
	});

	test('YOLOX: cells, logarithms of sizes, certainty times class', () => {
		const head = { kind: 'yolox', output: 'o', strides: [8, 16, 32], classCount: 2 } as const;
		// 64 + 16 + 4 cells; cell 64 + 6 is column 2, row 1 of the grid of 16 pixels.
		const tensors = {
			o: tensor([1, 84, 7], {
				...row(7, 70, 0.5, 0.5, Math.log(2), Math.log(1), 0.9, 0.1, 0.8),
				...row(7, 3, 0, 0, 0, 0, 0.05, 1, 1),
			}),
		};
		expect(decoded(head, tensors)).toEqual([
			about({ left: 24 / 64, top: 16 / 64, right: 56 / 64, bottom: 32 / 64, score: 0.72, classId: 1 }),
		]);
	});

	test('NanoDet: the mean of each distribution is the distance to an edge, side by side or in two tensors', () => {
		const bins = 8;
		/** Distributions with all weight on one distance, except the last: half 1, half 3. */
		const sure = [1, 2, 3].flatMap((distance) => Array.from({ length: bins }, (_, n) => (n === distance ? 40 : 0)));
		const split = Array.from({ length: bins }, (_, n) => (n === 1 || n === 3 ? 40 : 0));
		const length = 2 + 4 * bins;
		const joint = {
			o: tensor([1, 84, length], row(length, 64 + 5, 0.2, 0.7, ...sure, ...split)),
		};
		const levels = [
			{ scores: 'o', boxes: 'o', stride: 8, firstRow: 0 },
			{ scores: 'o', boxes: 'o', stride: 16, firstRow: 64 },
			{ scores: 'o', boxes: 'o', stride: 32, firstRow: 80 },
		];
		const head = { kind: 'nanodet', levels, classCount: 2, bins, centre: 0 } as const;
		// Column 1, row 1 of the grid of 16 pixels.
		const box = { left: 0, top: (16 - 32) / 64, right: (16 + 48) / 64, bottom: (16 + 32) / 64 };
		expect(decoded(head, joint)).toEqual([about({ ...box, score: 0.7, classId: 1 })]);

		const apart = {
			s: tensor([1, 16, 2], row(2, 5, 0.2, 0.7)),
			b: tensor([1, 16, 4 * bins], row(4 * bins, 5, ...sure, ...split)),
		};
		const level = { scores: 's', boxes: 'b', stride: 16, firstRow: 0 };
		expect(decoded({ ...head, levels: [level], centre: 0.5 }, apart)).toEqual([
			about({ left: 8 / 64, top: -8 / 64, right: 72 / 64, bottom: 56 / 64, score: 0.7, classId: 1 }),
		]);
	});

	test('YOLOv8: a column a place, in pixels', () => {
		const head = { kind: 'yolo', output: 'o', classCount: 2 } as const;
		const places = 84;
		const column = [32, 16, 16, 8, 0.2, 0.6];
		const set = Object.fromEntries(column.map((value, n) => [n * places + 10, value]));
		expect(decoded(head, { o: tensor([1, 6, places], set) })).toEqual([
			about({ left: 24 / 64, top: 12 / 64, right: 40 / 64, bottom: 20 / 64, score: 0.6, classId: 1 }),
		]);
	});

	test('YOLOv10: rows with class and score', () => {
		const head = { kind: 'end-to-end', output: 'o' } as const;
		const rows = { ...row(6, 0, 8, 16, 24, 32, 0.9, 3), ...row(6, 1, 0, 0, 64, 64, 0.04, 1) };
		expect(decoded(head, { o: tensor([1, 300, 6], rows) })).toEqual([
			about({ left: 0.125, top: 0.25, right: 0.375, bottom: 0.5, score: 0.9, classId: 3 }),
		]);
	});

	test('RT-DETR: logits, and boxes in parts of the picture', () => {
		const head = { kind: 'detr', logits: 'l', boxes: 'b', classCount: 3 } as const;
		const none = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [n, -9]));
		const tensors = {
			l: tensor([1, 300, 3], { ...none, ...row(3, 7, -9, -9, inverse(0.75)) }),
			b: tensor([1, 300, 4], row(4, 7, 0.5, 0.5, 0.2, 0.4)),
		};
		expect(decoded(head, tensors)).toEqual([
			about({ left: 0.4, top: 0.3, right: 0.6, bottom: 0.7, score: 0.75, classId: 2 }),
		]);
	});

	test('an output that is not there is told by name', () => {
		expect(() => decoded({ kind: 'end-to-end', output: 'o' }, {})).toThrow('the model gives no “o”');
	});
});
