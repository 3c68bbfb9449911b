import { describe, expect, test } from 'vitest';
import { DEFAULT_BATCH, type BatchSettings } from './batch.ts';
import { batchName, groupName, planBatchExport, safeFolder, type BatchRequest } from './batch-plan.ts';
import { cropOfFrame } from '../crop/crop-span.ts';
import { WHOLE_FRAME } from '../crop/crop.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import { framesIn } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { framesAt, MINUTE } from '../media/minute-fixture.ts';
import { TRAINING_PRESETS } from './training.ts';

const FPS = 30;

const facts = (more: Partial<MediaFacts> = {}): MediaFacts => ({ ...MINUTE, name: 'walk in the park.mp4', ...more });

const index = framesAt(FPS, 60 * FPS, 1);

const portrait = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } };
const still: CropTrack = { base: portrait, keyframes: [], interpolation: 'step' };

function plan(settings: Partial<BatchSettings> = {}, more: Partial<BatchRequest> = {}) {
	let ids = 0;
	return planBatchExport({
		cursorS: 10,
		settings: { ...DEFAULT_BATCH, shortSide: 288, ...settings },
		track: still,
		seed: 1,
		facts: facts(),
		index,
		counter: 7,
		newId: () => `task-${ids++}`,
		...more,
	});
}

function planned(settings: Partial<BatchSettings> = {}, more: Partial<BatchRequest> = {}) {
	const result = plan(settings, more);
	if (!result.ok) throw new Error(result.error);
	return result.value;
}

describe('a planned batch', () => {
	test('has the tree of paths of the original: folder, group, clip', () => {
		const { tasks, clips, root, group } = planned({ name: 'walk', folder: 'park/day 1' });
		expect(clips.map(({ path }) => path)).toEqual([
			'park/day 1/walk_007/walk_007_0.mp4',
			'park/day 1/walk_007/walk_007_1.mp4',
			'park/day 1/walk_007/walk_007_2.mp4',
		]);
		expect([root, group]).toEqual(['park/day 1', 'walk_007']);
		expect(tasks[0]?.output).toEqual({ name: 'walk_007_0', extension: 'mp4', folder: 'park/day 1/walk_007' });
	});

	test('cuts exactly length × rate frames from the frame on screen', () => {
		const { tasks, clips } = planned({}, { cursorS: 10.02 });
		expect(clips.map(({ frames }) => frames)).toEqual([240, 240, 240]);
		for (const { pieces, video } of tasks) {
			const [piece] = pieces;
			expect(framesIn(index, piece?.inS ?? 0, piece?.outS ?? 0)).toBe(240);
			expect(video).toMatchObject({ kind: 'mp4', rate: 'source', frames: 240, size: { width: 288, height: 512 } });
		}
		expect(tasks[0]?.pieces[0]?.inS).toBe(10);
	});

	test('writes lossless sound by default, AAC when asked, a WAV beside pictures', () => {
		expect(planned().tasks[0]?.audio).toMatchObject({ kind: 'encode', codec: 'pcm-s16' });
		expect(planned({ format: 'mp4-aac' }).tasks[0]?.audio).toMatchObject({ kind: 'encode', codec: 'aac' });
		const pictures = planned({ format: 'webp' });
		expect(pictures.tasks[0]).toMatchObject({
			container: 'frames',
			audio: { kind: 'wav' },
			video: { kind: 'frames', format: 'webp', quality: 92, frames: 240 },
			output: { name: 'walk in the park_007_0', extension: '' },
		});
		expect(pictures.clips[0]?.path).toBe('walk in the park_007/walk in the park_007_0');
	});

	test.each([
		['wan', 129, { width: 288, height: 512 }],
		['hunyuan', 193, { width: 288, height: 512 }],
		['ltx', 201, { width: 288, height: 512 }],
	] as const)('follows the rule of %s', (preset, frames, size) => {
		const { tasks } = planned({ training: TRAINING_PRESETS[preset] });
		expect(tasks[0]?.video).toMatchObject({ frames, size, rate: TRAINING_PRESETS[preset].rate });
		expect(tasks[0]?.durationS).toBeCloseTo(frames / (TRAINING_PRESETS[preset].rate?.num ?? 1), 9);
	});

	test('rounds both sides to the multiple that the rule asks for', () => {
		const { tasks } = planned({ training: TRAINING_PRESETS.ltx, shortSide: 300 });
		expect(tasks[0]?.video).toMatchObject({ size: { width: 288, height: 512 } });
	});

	test('keeps to the rule at the end of the file', () => {
		const { tasks } = planned({ training: TRAINING_PRESETS.wan, count: 1 }, { cursorS: 52 });
		expect(tasks[0]?.video).toMatchObject({ frames: 125 });
	});

	test('leaves out clips past the end and says so; refuses when none fits', () => {
		const { clips, notes } = planned({}, { cursorS: 50 });
		expect(clips).toHaveLength(1);
		expect(notes.map(({ text }) => text)).toContain(
			'1 of 3 clips fit before the end of walk in the park.mp4; the others are left out.',
		);
		const refused = plan({}, { cursorS: 55 });
		expect(refused.ok ? '' : refused.error).toMatch(/^No clip of 8 s fits/u);
	});

	test('gives an even rate to a source that has none', () => {
		const source = facts();
		const { video } = source;
		const { tasks, notes } = planned({}, { facts: facts(video && { video: { ...video, variableRate: true } }) });
		expect(tasks[0]?.video).toMatchObject({ rate: { num: 30, den: 1 }, frames: 240 });
		expect(notes.map(({ text }) => text).join()).toMatch(/even 30\.00 frames/u);
	});

	test('is never enlarged by the usual short side', () => {
		const small = { ...facts(), video: { ...facts().video!, width: 1280, height: 720 } };
		const { tasks, notes } = planned({ shortSide: 'auto' }, { facts: small });
		expect(tasks[0]?.video).toMatchObject({ size: { width: 406, height: 720 } });
		expect(notes).toEqual([]);
		expect(planned({ shortSide: 'auto' }).tasks[0]?.video).toMatchObject({ size: { width: 512, height: 910 } });
	});

	test('warns when the picture is enlarged', () => {
		expect(
			planned({ shortSide: 1000 })
				.notes.map(({ text }) => text)
				.join(),
		).toMatch(/crop is enlarged: 608×1080 becomes 1000×1778/u);
	});

	test('follows a smooth track frame by frame, with one shape', () => {
		const at = (x: number) => ({ ...portrait, centre: { x, y: 0.5 } });
		const track: CropTrack = {
			base: at(0.3),
			keyframes: [
				{ atS: 10, crop: at(0.3) },
				{ atS: 18, crop: at(0.7) },
			],
			interpolation: 'smooth',
		};
		const [piece] = planned({ count: 1 }, { track }).tasks[0]?.pieces ?? [];
		if (piece?.path === undefined) throw new Error('the crop does not move');
		expect(piece.path.x).toHaveLength(240);
		expect(new Set(piece.path.width)).toEqual(new Set([608]));
		expect([cropOfFrame(piece, 0).x, cropOfFrame(piece, 120).x]).toEqual([272, 656]);
		expect(piece.path.x.every((x, i, all) => x % 2 === 0 && x >= (all[i - 1] ?? 0))).toBe(true);
		expect(piece.crop).toEqual(cropOfFrame(piece, 0));
	});

	test('at its own size, a crop that moves gets the size of its largest box', () => {
		const zoomed = (zoom: number) => ({ ...portrait, zoom });
		const keyframes = [
			{ atS: 10, crop: zoomed(2) },
			{ atS: 18, crop: zoomed(1) },
		];
		const track: CropTrack = { base: zoomed(2), keyframes, interpolation: 'smooth' };
		const { video, pieces } = planned({ count: 1, shortSide: null }, { track }).tasks[0] ?? {};
		const path = pieces?.[0]?.path;
		if (path === undefined || video === undefined || video.kind === 'none') throw new Error('the crop does not move');
		expect(video.size.width).toBe(Math.max(...path.width));
	});

	test('tells of an enlarged crop only when a clip with it comes out', () => {
		const track: CropTrack = { ...still, keyframes: [{ atS: 53, crop: { ...portrait, zoom: 8 } }] };
		const about = (cursorS: number) =>
			planned({ count: 4 }, { track, cursorS })
				.notes.map(({ text }) => text)
				.join(' ');
		expect(about(44)).toContain('3 of 4 clips fit');
		expect(about(44)).not.toContain('enlarged');
		expect(planned({ count: 1, lengthS: 5 }, { track, cursorS: 53 }).notes[0]?.text).toContain('The crop is enlarged');
	});

	test('is identical when it is planned again with the same seed', () => {
		const random: CropTrack = { ...still, base: { ...portrait, ratio: null, randomPortrait: true } };
		const again = () => planned({ count: 9, spreadS: 1 }, { track: random, seed: 99 }).clips;
		expect(again()).toEqual(again());
	});

	test('a file without a picture gives sound clips, and no picture folders', () => {
		const sound = facts();
		Reflect.deleteProperty(sound, 'video');
		const { tasks } = planned({ format: 'mp4-aac' }, { facts: sound, index: undefined });
		expect(tasks[0]).toMatchObject({ video: { kind: 'none' }, output: { extension: 'm4a' }, durationS: 8 });
		expect(planned({}, { facts: sound, index: undefined }).tasks[0]).toMatchObject({ container: 'wav' });
		expect(plan({ format: 'webp' }, { facts: sound, index: undefined }).ok).toBe(false);
	});
});

test('folders and names are safe wherever they are written', () => {
	expect(safeFolder('../../etc//passwd')).toBe('etc/passwd');
	expect(safeFolder('C:\\clips\\a:b')).toBe('C_/clips/a_b');
	expect(safeFolder(' . / .. / ')).toBe('');
	expect(batchName({ name: '  ' }, 'my film.mkv')).toBe('my film');
	expect(batchName({ name: 'a/b' }, 'my film.mkv')).toBe('a_b');
	expect(groupName('clip', 12)).toBe('clip_012');
	expect(groupName('clip', 1234)).toBe('clip_1234');
});
