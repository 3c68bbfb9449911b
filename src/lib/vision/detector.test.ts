import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelHead } from '#core/vision/model-manifest';
import type { OnnxBackend } from '#core/vision/onnx-runtime-files';
import type { DetectorModel } from './detector-model.ts';
import { Detector, type DetectorOptions } from './detector.ts';
import { InferenceLostError, type OpenInference } from './inference.ts';
import { shapeFor } from './picture-fit.ts';
import { testPicture } from './self-test.ts';

const model: DetectorModel = {
	title: 'Fake',
	input: {
		...{ name: 'x', width: 32, height: 32, layout: 'nhwc', channels: 'rgb', fit: 'stretch' },
		...{ mean: [0, 0, 0], deviation: [255, 255, 255] },
	},
	head: { kind: 'end-to-end', output: 'y' },
	classes: [{ id: 0, name: 'person' }],
};
const picture = testPicture(32, 32);
const shape = shapeFor(model.input, { width: 64, height: 36 });

/** Runs that a back end has done, and what it does at each: `right` unless told otherwise. */
type Behaviour = (run: number) => 'right' | 'wrong' | Error;

/** Back ends that answer with one box: back ends with the right answer see it at the left. */
function backends(behaviour: Partial<Record<OnnxBackend, Behaviour>>, slow?: OnnxBackend) {
	const log: string[] = [];
	const open: OpenInference = (_, backend) => {
		log.push(`open ${backend}`);
		let runs = 0;
		return Promise.resolve({
			...{ backend, inputs: [], outputs: [] },
			run: async () => {
				runs += 1;
				const does = behaviour[backend]?.(runs) ?? 'right';
				if (does instanceof Error) throw does;
				if (backend === slow) vi.advanceTimersByTime(100);
				await Promise.resolve();
				const left = does === 'right' ? 8 : 20;
				return { y: { dims: [1, 1, 6], data: Float32Array.of(left, 8, left + 8, 24, 0.9, 0) } };
			},
			release: () => {
				log.push(`release ${backend}`);
				return Promise.resolve();
			},
		});
	};
	return { open, log };
}

const options = (open: OpenInference, more: Partial<DetectorOptions> = {}): DetectorOptions => ({
	...{ model, bytes: new Uint8Array(), wish: 'auto', open, hasGpu: () => Promise.resolve(true) },
	...more,
});

const seen = async (detector: Detector): Promise<readonly unknown[]> =>
	(await detector.detect(picture, shape, { inferenceMs: 0 })).map(({ box }) => box.x);

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['performance'] });
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

describe('the back end of a detector', () => {
	test('the graphics processor is taken when it gives the right answer sooner; wasm is let go', async () => {
		const { open, log } = backends({}, 'wasm');
		expect((await Detector.open(options(open))).backend).toBe('webgpu');
		expect(log).toEqual(['open wasm', 'open webgpu', 'release wasm']);
	});

	test.each<[what: string, behaviour: Partial<Record<OnnxBackend, Behaviour>>, slow: OnnxBackend]>([
		['gives another answer', { webgpu: () => 'wrong' }, 'wasm'],
		['is slower', {}, 'webgpu'],
		['breaks down at once', { webgpu: () => new InferenceLostError('lost', false) }, 'wasm'],
	])('a graphics processor that %s is not', async (_, behaviour, slow) => {
		const { open, log } = backends(behaviour, slow);
		expect((await Detector.open(options(open))).backend).toBe('wasm');
		expect(log).toContain('release webgpu');
	});

	test('without one, or when wasm is wished for, nothing of it is loaded', async () => {
		for (const more of [{ hasGpu: () => Promise.resolve(false) }, { wish: 'wasm' as const }]) {
			const { open, log } = backends({});
			expect((await Detector.open(options(open, more))).backend).toBe('wasm');
			expect(log).toEqual(['open wasm']);
		}
	});

	test('a device that is lost in the middle: the same picture is seen by wasm, and all that follow', async () => {
		const lost = new InferenceLostError('the graphics device was lost', false);
		const { open, log } = backends({ webgpu: (run) => (run === 4 ? lost : 'right') }, 'wasm');
		const detector = await Detector.open(options(open));
		expect(await seen(detector)).toEqual([0.25]);
		expect(detector.backend).toBe('webgpu');
		expect(await seen(detector)).toEqual([0.25]);
		expect(detector.backend).toBe('wasm');
		expect(await seen(detector)).toEqual([0.25]);
		expect(log.slice(-2)).toEqual(['release webgpu', 'open wasm']);
	});

	test('wasm that has no memory left says so', async () => {
		const full = new InferenceLostError('std::bad_alloc', true);
		const { open } = backends({ wasm: (run) => (run === 2 ? full : 'right') });
		const detector = await Detector.open(options(open, { wish: 'wasm' }));
		await expect(seen(detector)).rejects.toBe(full);
	});
});

describe('whatever a model answers', () => {
	const places = 84;
	const nanodet = { kind: 'nanodet', classCount: 1, bins: 2, centre: 0 } as const;
	const heads: readonly ModelHead[] = [
		{ kind: 'ssd-decoded', scores: 'y', boxes: 'z', boxCount: 4, firstClass: 0 },
		{ kind: 'yolox', output: 'y', strides: [8, 16, 32], classCount: 1 },
		{ ...nanodet, levels: [{ scores: 'y', boxes: 'z', stride: 16, firstRow: 0 }] },
		{ kind: 'yolo', output: 'y', classCount: 1 },
		{ kind: 'end-to-end', output: 'y' },
		{ kind: 'detr', logits: 'y', boxes: 'z', classCount: 1 },
		{
			...{ kind: 'ssd-anchors', scale: 32, scoreLimit: 100, keypoints: [] },
			grids: [{ scores: 'y', boxes: 'z', columns: 2, rows: 2, anchors: 2 }],
		},
	];
	const number = fc.oneof(
		fc.constantFrom(NaN, Infinity, -Infinity, 3e38, -3e38, 0, -0, 1e-40),
		fc.float({ noNaN: true, min: -2, max: 2 }),
		fc.float({ noNaN: true, min: -64, max: 64 }),
	);
	const tensor = fc.record({
		dims: fc.constantFrom([1, 0, 6], [1, 4, 1], [1, 6, places], [1, places, 6], [1, 9, 6], [0], []),
		data: fc.array(number, { maxLength: 6 * places }).map((values) => Float32Array.from(values)),
	});

	test('what is seen has a place in the picture and a score', async () => {
		const check = fc.asyncProperty(fc.constantFrom(...heads), tensor, tensor, async (head, y, z) => {
			const open: OpenInference = (_, backend) =>
				Promise.resolve({
					...{ backend, inputs: [], outputs: [], release: () => Promise.resolve() },
					run: () => Promise.resolve({ y, z }),
				});
			const detector = await Detector.open(options(open, { wish: 'wasm', model: { ...model, head } }));
			for (const { box, score, label } of await detector.detect(picture, shape, { inferenceMs: 0 })) {
				expect(Object.values(box).every(Number.isFinite)).toBe(true);
				expect([box.x < 1, box.y < 1, box.x + box.width > 0, box.y + box.height > 0]).toEqual([true, true, true, true]);
				expect(score).toBeGreaterThan(0);
				expect(score).toBeLessThanOrEqual(1);
				expect(label).toBe('person');
			}
		});
		await fc.assert(check, { numRuns: 500 });
	});

	test('a million rows are read, and the surest are kept', async () => {
		const rows = 1e6;
		const data = new Float32Array(6 * rows);
		for (let n = 0; n < rows; n += 100)
			data.set([n % 24, n % 20, (n % 24) + 8, (n % 20) + 8, 0.2 + n / rows / 2, 0], 6 * n);
		const open: OpenInference = (_, backend) =>
			Promise.resolve({
				...{ backend, inputs: [], outputs: [], release: () => Promise.resolve() },
				run: () => Promise.resolve({ y: { dims: [1, rows, 6], data } }),
			});
		const detector = await Detector.open(options(open, { wish: 'wasm' }));
		const seen = await detector.detect(picture, shape, { inferenceMs: 0 });
		expect(seen.length).toBeLessThanOrEqual(200);
		expect(seen[0]?.score).toBeCloseTo(0.7, 3);
	});
});
