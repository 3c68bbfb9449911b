import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../crop/crop.ts';
import type { ExportPlan } from '../export/export-task.ts';
import { DEFAULT_FILM, type FilmSettings } from './film.ts';
import { fillCrop, letterboxPlace } from './film-frame.ts';
import { planFilm, type FilmPart, type FilmRequest } from './film-plan.ts';
import { FILM_PRESETS, PRESET_SETTINGS, presetOf } from './film-presets.ts';
import { filmLengthS, pieceFrames } from './film-timeline.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { framesAt, MINUTE } from '../media/minute-fixture.ts';
import { toNumber } from '../time/rational.ts';

const print = (letter: string): string => `1000-${letter.repeat(64)}`;

interface File {
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
}

function file(
	letter: string,
	{ width = 1920, height = 1080, fps = { num: 30, den: 1 }, sound = true, seconds = 60, hdr = false } = {},
): File {
	const count = Math.round(seconds * toNumber(fps));
	return {
		facts: {
			...{ ...MINUTE, fingerprint: print(letter), name: `${letter}.mp4`, bytes: 1, durationS: seconds },
			audio: sound ? MINUTE.audio : [],
			video: {
				...{ ...MINUTE.video, width, height, codedWidth: width, codedHeight: height, fps, hdr },
				frameCount: count,
			},
		},
		index: framesAt(toNumber(fps), count),
	};
}

const hd = file('a');
const tall = file('b', { width: 720, height: 1280, fps: { num: 25, den: 1 }, sound: false });
const files = [hd, tall];

const part = (of: File, inS: number, outS: number, crossfadeS = 0, crop?: CropState): FilmPart => ({
	segment: { media: of.facts.fingerprint, inS, outS, name: '', crop },
	crossfadeS,
});

function plan(items: readonly FilmPart[], settings: Partial<FilmSettings> = {}, more: Partial<FilmRequest> = {}) {
	return planFilm({
		items,
		settings: { ...DEFAULT_FILM, ...settings },
		factsOf: (media) => files.find(({ facts }) => facts.fingerprint === media)?.facts,
		indexOf: (media) => files.find(({ facts }) => facts.fingerprint === media)?.index,
		tracks: () => undefined,
		now: new Date(0),
		newId: () => 'film',
		...more,
	});
}

function planned(...args: Parameters<typeof plan>): ExportPlan {
	const result = plan(...args);
	if (!result.ok) throw new Error(result.error.map(({ text }) => text).join(' '));
	return result.value;
}

const texts = ({ notes }: ExportPlan): string[] => notes.map(({ text }) => text);

/** The twelve clips of a real list of cuts. */
const TWELVE = [
	...[0.901, 6.573, 8.242, 11.912, 15.215, 20.02, 23.457, 29.563, 32.332, 37.004, 40.874, 44.344],
	...[6.34, 7.207, 12.579, 15.916, 20.721, 23.323, 26.693, 28.328, 37.204, 38.171, 41.842, 44.144],
];

test('twelve clips become one film with the sum of their frames', () => {
	const pairs = Array.from({ length: 12 }, (_, i) => [TWELVE[2 * i]!, TWELVE[2 * i + 1]!] as const);
	const { tasks } = planned(pairs.map(([inS, outS]) => part(hd, inS, outS)));
	const expected = pairs.reduce((sum, [inS, outS]) => sum + Math.round((outS - inS) * 30), 0);
	expect(tasks).toHaveLength(1);
	expect(tasks[0]).toMatchObject({
		container: 'mp4',
		video: { kind: 'mp4', size: { width: 1920, height: 1080 }, rate: { num: 30, den: 1 }, frames: expected },
		audio: { kind: 'encode', codec: 'aac' },
		output: { name: 'a_film', extension: 'mp4' },
	});
	expect(tasks[0]!.durationS).toBeCloseTo(expected / 30, 9);
});

test('the first clip gives size and rate, and the notes say so', () => {
	const made = planned([part(tall, 1, 3), part(hd, 1, 3)]);
	expect(made.tasks[0]!.video).toMatchObject({
		size: { width: 720, height: 1280 },
		rate: { num: 25, den: 1 },
		frames: 100,
	});
	expect(texts(made)).toEqual(
		expect.arrayContaining([
			'720×1280, as the first segment.',
			'25 frames a second, as the first segment.',
			'a.mp4 has 30 frames a second: some frames are left out.',
			'b.mp4 has no sound: its segments are silent.',
			'Segment 2 has another shape: black above and below.',
			'2 segments, 4.00 s, 100 frames.',
		]),
	);
	expect(made.tasks[0]!.pieces[0]!.place).toBeUndefined();
	expect(made.tasks[0]!.pieces[1]!.place).toEqual({ x: 0, y: 436, width: 720, height: 406 });
});

test('a clip of another shape is cut to fill when asked for', () => {
	const made = planned([part(hd, 1, 3), part(tall, 1, 3)], { fit: 'fill', size: { width: 1080, height: 1920 } });
	expect(made.tasks[0]!.pieces.map(({ crop, place }) => [crop, place])).toEqual([
		[{ x: 656, y: 0, width: 608, height: 1080 }, undefined],
		[{ x: 0, y: 0, width: 720, height: 1280 }, undefined],
	]);
	expect(texts(made)).toContain('Segment 1 and Segment 2 are enlarged, the most: 608×1080 becomes 1080×1920.');
});

test('clips that share a fate are told of together', () => {
	const clips = [hd, tall, tall, tall, tall].map((of, i) => part(of, i, i + 1));
	const many = texts(planned(clips, { size: { width: 3840, height: 2160 } }));
	expect(many).toContain('4 segments have another shape: black left and right.');
	expect(many).toContain('5 segments are enlarged, the most: 1920×1080 becomes 3840×2160.');
	const two = texts(planned(clips.slice(0, 3)));
	expect(two).toContain('Segment 2 and Segment 3 have another shape: black left and right.');
});

test('cross-fades take whole frames and at most half of the shorter segment', () => {
	const made = planned([part(hd, 0, 2), part(hd, 10, 11, 0.71), part(hd, 20, 20.5, 2), part(hd, 30, 31)]);
	expect(made.tasks[0]!.pieces.map(({ crossfadeS }) => crossfadeS)).toEqual([undefined, 15 / 30, 7 / 30, undefined]);
	expect(made.tasks[0]!.video).toMatchObject({ frames: 60 + 30 + 15 + 30 - 15 - 7 });
	expect(texts(made)).toContain(
		'The cross-fade into Segment 2 is shortened to 0.50 s: at most half of the shorter segment.',
	);
});

test('a crop that moves stays in the film, cut to fill box by box', () => {
	const at = (atS: number, x: number, zoom = 1): { atS: number; crop: CropState } => ({
		atS,
		crop: { ...WHOLE_FRAME, ratio: { width: 1, height: 1 }, centre: { x, y: 0.5 }, zoom },
	});
	const track = { base: WHOLE_FRAME, keyframes: [at(0, 0.3), at(2, 0.7, 2)], interpolation: 'smooth' as const };
	const options = { fit: 'fill', size: { width: 1080, height: 1920 } } as const;
	const { path } = planned([part(hd, 0, 2)], options, { tracks: () => track }).tasks[0]!.pieces[0]!;
	expect(path!.x).toHaveLength(60);
	expect(path!.width[0]).toBe(608);
	path!.width.forEach((width, i) => expect(width / path!.height[i]!).toBeCloseTo(9 / 16, 1));
});

test('sound alone is not rounded to frames', () => {
	const made = planned([part(hd, 0.901, 6.573), part(tall, 1, 2)], { format: 'mp3' });
	expect(made.tasks[0]).toMatchObject({
		...{ container: 'mp3', video: { kind: 'none' }, audio: { kind: 'encode', codec: 'mp3' } },
		output: { extension: 'mp3' },
	});
	expect(made.tasks[0]!.durationS).toBeCloseTo(6.672, 9);
	expect(planned([part(hd, 0, 1)], { format: 'm4a' }).tasks[0]).toMatchObject({ container: 'mp4' });
	expect(planned([part(hd, 0, 1)], { format: 'wav' }).tasks[0]!.audio).toMatchObject({ codec: 'pcm-s16' });
});

test('a GIF is small, silent, and at a rate that GIF knows', () => {
	const made = planned([part(hd, 0, 4)], { ...PRESET_SETTINGS.gif });
	expect(made.tasks[0]).toMatchObject({
		...{ container: 'gif', audio: { kind: 'none' } },
		video: { kind: 'gif', size: { width: 480, height: 270 }, rate: { num: 100, den: 8 }, frames: 50 },
	});
});

test('a limit that leaves too little for the picture is told', () => {
	const enough = planned([part(hd, 0, 4)], { quality: { maxBytes: 5_000_000 } });
	expect(texts(enough).some((text) => text.endsWith('so that the film fits into 5 MB.'))).toBe(true);
	const little = planned([part(hd, 0, 60)], { quality: { maxBytes: 2_000_000 } });
	expect(little.notes).toContainEqual(expect.objectContaining({ kind: 'warning' }));
});

describe('what cannot be a film', () => {
	test.each([
		['no clips', [], {}, 'no-items'],
		['a file that is gone', [part(file('c'), 0, 1)], {}, 'missing-file'],
		['a span outside its file', [part(hd, 70, 80)], {}, 'empty-span'],
		['a span between two frames', [part(hd, 1.001, 1.002)], {}, 'no-frames'],
		['no sound to keep', [part(tall, 0, 1)], { format: 'mp3' as const }, 'nothing-to-keep'],
	])('%s', (_, items, settings, kind) => {
		expect(plan(items, settings)).toMatchObject({ ok: false, error: [{ kind }] });
	});

	test('every bad clip is told at once', () => {
		const result = plan([part(hd, 70, 80), part(hd, 0, 1), part(hd, 80, 90)]);
		expect(result).toMatchObject({ ok: false, error: [{ position: 0 }, { position: 2 }] });
	});
});

test('frames of the parts, less those of the cross-fades, are the frames of the film', () => {
	const rates = [null, { num: 24000, den: 1001 }, { num: 25, den: 1 }, { num: 60, den: 1 }] as const;
	const parts = fc.array(
		fc.record({
			of: fc.constantFrom(hd, tall),
			inS: fc.double({ min: 0, max: 50, noNaN: true }),
			lengthS: fc.double({ min: 0.1, max: 8, noNaN: true }),
			crossfadeS: fc.constantFrom(0, 0, 0.2, 0.5, 3),
		}),
		{ minLength: 1, maxLength: 12 },
	);
	fc.assert(
		fc.property(
			parts,
			fc.constantFrom(...rates),
			fc.constantFrom('letterbox' as const, 'fill' as const),
			(all, rate, fit) => {
				const made = planned(
					all.map(({ of, inS, lengthS, crossfadeS }) => part(of, inS, inS + lengthS, crossfadeS)),
					{ rate, fit },
				);
				const task = made.tasks[0]!;
				if (task.video.kind !== 'mp4' || task.video.rate === 'source') throw new Error('not a film');
				const fps = toNumber(task.video.rate);
				const held = pieceFrames(task, fps, task.video.frames);
				held.forEach(({ first, end }, p) => {
					const { inS, outS } = task.pieces[p]!;
					expect(end - first).toBe(Math.round((outS - inS) * fps));
					expect(first === 0 || first >= held[p - 1]!.first).toBe(true);
				});
				expect(task.durationS * fps).toBeCloseTo(task.video.frames, 3);
				expect(filmLengthS(task.pieces)).toBe(task.durationS);
				for (const { crop, place } of task.pieces) {
					expect([crop.x, crop.y, crop.width, crop.height].every((value) => value % 2 === 0)).toBe(true);
					if (place === undefined) continue;
					expect([place.x, place.y, place.width, place.height].every((value) => value % 2 === 0)).toBe(true);
					expect(place.x + place.width).toBeLessThanOrEqual(task.video.size.width);
					expect(place.y + place.height).toBeLessThanOrEqual(task.video.size.height);
				}
			},
		),
	);
});

test('a picture of the same shape fills, others get bars or are cut', () => {
	expect(letterboxPlace({ width: 1280, height: 720 }, { width: 1920, height: 1080 })).toBeUndefined();
	expect(letterboxPlace({ width: 640, height: 480 }, { width: 1920, height: 1080 })).toEqual({
		...{ x: 240, y: 0, width: 1440, height: 1080 },
	});
	const crop = { x: 100, y: 50, width: 640, height: 480 };
	expect(fillCrop(crop, { width: 1920, height: 1080 })).toEqual({ x: 100, y: 110, width: 640, height: 360 });
});

test('the picture is encoded with the codec of its format that was chosen', () => {
	const codecOf = (settings: Partial<FilmSettings>): unknown => planned([part(hd, 0, 1)], settings).tasks[0]?.video;
	expect(codecOf({})).toMatchObject({ kind: 'mp4', codec: 'avc' });
	expect(codecOf({ mp4Codec: 'hevc', webmCodec: 'av1' })).toMatchObject({ kind: 'mp4', codec: 'hevc' });
	expect(codecOf({ format: 'webm', mp4Codec: 'hevc', webmCodec: 'av1' })).toMatchObject({ kind: 'webm', codec: 'av1' });
});

test('a preset is known again by what it decides', () => {
	for (const name of FILM_PRESETS) {
		expect(presetOf({ ...DEFAULT_FILM, name: 'x', ...PRESET_SETTINGS[name] })).toBe(name);
	}
	expect(presetOf({ ...DEFAULT_FILM, ...PRESET_SETTINGS.fit, quality: { maxBytes: 8_000_000 } })).toBe('fit');
	expect(presetOf({ ...DEFAULT_FILM, quality: { crf: 17 } })).toBeUndefined();
	expect(presetOf({ ...DEFAULT_FILM, ...PRESET_SETTINGS.small, mp4Codec: 'hevc' })).toBeUndefined();
});
