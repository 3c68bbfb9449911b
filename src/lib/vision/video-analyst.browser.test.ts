import { afterAll, describe, expect, test } from 'vitest';
import { overlap, type Box, type DetectedFrame } from '#core/tracking/detection';
import { modelManifestSchema, modelPath, type ModelEntry } from '#core/vision/model-manifest';
import type { TestFile } from '../media/player/test-player.ts';
import { drawPerson, drawPlace, FILM_RATE, makeFilm, probed } from './test-film.ts';
import { VideoAnalyst, type AnalysisProgress, type AnalysisRequest, type AnalysisSummary } from './video-analyst.ts';

/** The detectors of the app, where they could be prepared. */
async function shelf(): Promise<readonly ModelEntry[]> {
	const answer = await fetch('/models/manifest.json');
	const isThere = answer.ok && answer.headers.get('Content-Type')?.includes('json') === true;
	return isThere ? modelManifestSchema.parse(await answer.json()).models : [];
}

const coco = (await shelf()).find(({ id }) => id === 'coco-ssd');
const model = coco && { model: coco, at: modelPath(coco) };
const analyst = new VideoAnalyst();
afterAll(() => analyst.close());

/** First frame of the second shot. */
const CUT = 40;
const FRAMES = 80;

/** Someone walks from left to right, then, in another place, stands at the right. */
function drawScene(context: OffscreenCanvasRenderingContext2D, frame: number): Box {
	const { width, height } = context.canvas;
	const outside = frame < CUT;
	drawPlace(context, outside ? 'outside' : 'inside');
	const x = outside ? width * (0.3 + (0.4 * frame) / CUT) : width * 0.75;
	return drawPerson(context, x, height * 0.95, height * 0.55, 0.4);
}

const drawn = new Map<string, Promise<TestFile>>();
const walk = (rotation: 0 | 90 = 0): Promise<TestFile> => {
	const name = `walk-${rotation}.mp4`;
	const film = drawn.get(name) ?? makeFilm({ name, frames: FRAMES, rotation, draw: drawScene });
	drawn.set(name, film);
	return film;
};
const truth = (atS: number): Box => {
	const context = new OffscreenCanvas(640, 360).getContext('2d');
	if (context === null) throw new Error('no canvas');
	return drawScene(context, Math.round(atS * FILM_RATE));
};

interface Seen {
	readonly summary: AnalysisSummary;
	readonly frames: readonly DetectedFrame[];
	readonly doneS: readonly number[];
	readonly cutsS: readonly number[];
	readonly progress: readonly AnalysisProgress[];
}

async function look(
	{ file, facts, index }: TestFile,
	spans: AnalysisRequest['spans'] = [{ inS: 0, outS: 1e3 }],
	more: Partial<AnalysisRequest> = {},
): Promise<Seen> {
	if (model === undefined) throw new Error('there is no model');
	const [frames, cutsS, doneS, progress]: [DetectedFrame[], number[], number[], AnalysisProgress[]] = [[], [], [], []];
	const looked = await analyst.analyse(
		{ source: file, facts, index, spans, model, ...more },
		{
			signal: new AbortController().signal,
			onProgress: (told) => progress.push(told),
			onCuts: (atS) => cutsS.push(...atS),
			onFrames: (some, untilS) => {
				frames.push(...some);
				doneS.push(untilS);
			},
		},
	);
	if (!looked.ok) throw new Error(JSON.stringify(looked.error));
	return { summary: looked.value, frames, doneS, cutsS, progress };
}

/** Share of frames on which the likeliest person stands where one was drawn. */
const shareFound = (frames: readonly DetectedFrame[]): number =>
	frames.filter(({ atS, detections }) => {
		const person = detections.find(({ label }) => label === 'person');
		return person !== undefined && overlap(person.box, truth(atS)) > 0.5;
	}).length / frames.length;

const framesOf = (some: readonly DetectedFrame[]): readonly number[] =>
	some.map(({ atS }) => Math.round(atS * FILM_RATE));

describe.skipIf(model === undefined)('people in films', () => {
	test('someone who walks is found on every frame that is looked at; the cut is told to the frame', async () => {
		const { summary, frames, doneS, cutsS, progress } = await look(await walk());
		expect(framesOf(frames)).toEqual([...Array.from({ length: 16 }, (_, n) => 5 * n), FRAMES - 1]);
		expect(shareFound(frames)).toBe(1);
		expect(cutsS.map((atS) => Math.round(atS * FILM_RATE))).toEqual([CUT]);
		expect(summary).toMatchObject({ cutsS, frames: 17, unreadable: 0, backend: 'wasm' });
		expect(doneS).toEqual([...doneS].sort((a, b) => a - b));
		expect(doneS.length).toBeGreaterThan(2);
		expect(progress[0]).toMatchObject({ share: 0, step: 'loading' });
		expect(progress[progress.length - 1]).toMatchObject({ share: 1, step: 'looking', backend: 'wasm', etaS: 0 });
	});

	test('in a film that is stored lying on its side, they are where a player shows them', async () => {
		const film = await walk(90);
		expect(film.facts.video).toMatchObject({ rotation: 90, width: 640, height: 360 });
		const { frames, cutsS } = await look(film);
		expect(shareFound(frames)).toBe(1);
		expect(cutsS.map((atS) => Math.round(atS * FILM_RATE))).toEqual([CUT]);
	});

	test('a film in two parts has the same cuts and the same people as in one, wherever it is divided', async () => {
		const film = await walk();
		const whole = await look(film, undefined, { perSecond: 2 });
		for (const at of [CUT - 2, CUT, CUT + 3]) {
			const [before, after] = [
				await look(film, [{ inS: 0, outS: at / FILM_RATE }], { perSecond: 2 }),
				await look(film, [{ inS: at / FILM_RATE, outS: 10 }], { perSecond: 2 }),
			];
			expect([...before.cutsS, ...after.cutsS]).toEqual(whole.cutsS);
			const parts = [...before.frames, ...after.frames];
			for (const frame of whole.frames) expect(parts).toContainEqual(frame);
		}
	});

	test('spans are looked at in order and once, a span of one frame as well', async () => {
		const spans = [
			{ inS: 2, outS: 2.01 },
			{ inS: 0.5, outS: 0.7 },
			{ inS: 0.6, outS: 0.8 },
		];
		const { frames, summary } = await look(await walk(), spans);
		expect(framesOf(frames)).toEqual([15, 20, 23, 60]);
		expect(summary.frames).toBe(4);
	});

	test('without spans there is nothing to see', async () => {
		expect((await look(await walk(), [])).summary).toMatchObject({ frames: 0, cutsS: [], unreadable: 0 });
	});

	test('broken frames are left out and counted; what comes behind them is seen', async () => {
		const { file } = await walk();
		const bytes = new Uint8Array(await file.arrayBuffer());
		// The pictures begin somewhere after the lists: a stretch in their middle.
		const from = Math.floor(bytes.length * 0.45);
		for (let n = from, state = 1; n < from + bytes.length * 0.12; n += 1) {
			state = (state * 1103515245 + 12345) % 2147483648;
			bytes[n] = state >> 16;
		}
		const { frames, summary } = await look(await probed(new File([bytes], 'broken.mp4')));
		expect(summary.unreadable).toBeGreaterThan(0);
		expect(summary.unreadable).toBeLessThan(FRAMES / 2);
		const last = frames.filter(({ atS }) => atS > 2.2);
		expect(last.length).toBeGreaterThan(1);
		expect(shareFound(last)).toBe(1);
	});

	test('a cancel stops the work, and the next film is looked at', async () => {
		const { file, facts, index } = await walk();
		const abort = new AbortController();
		if (model === undefined) return;
		const looking = analyst.analyse(
			{ source: file, facts, index, spans: [{ inS: 0, outS: 10 }], model },
			{ signal: abort.signal, onProgress: ({ share }) => share > 0 && abort.abort() },
		);
		await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
		expect((await look(await walk(), [{ inS: 0, outS: 0.1 }])).summary.frames).toBe(2);
	});

	test('a worker that was idle is ended, and comes back', async () => {
		const brief = new VideoAnalyst(0);
		const { file, facts, index } = await walk();
		if (model === undefined) return;
		for (let n = 0; n < 2; n += 1) {
			const looked = await brief.analyse(
				{ source: file, facts, index, spans: [{ inS: 0, outS: 0.01 }], model },
				{ signal: new AbortController().signal },
			);
			expect(looked).toMatchObject({ ok: true, value: { frames: 1 } });
			await new Promise((resolve) => setTimeout(resolve, 0));
		}
	});

	test('the app’s own detector is recognised as a file that someone brings', async () => {
		const file = await (await fetch(model?.at ?? '')).blob();
		const inspected = await analyst.inspect(file);
		if (!inspected.ok || coco === undefined) throw new Error(JSON.stringify(inspected));
		expect(inspected.value).toMatchObject({ family: 'SSD', classCount: 90, bytes: coco.bytes });
		expect(inspected.value.model.head).toEqual(coco.head);
		expect(inspected.value.model.input).toEqual(coco.input);
	});
});

describe('models that cannot be used', () => {
	test('a file that is no model is refused with what it is', async () => {
		const picture = new File(['\u0089PNG\r\n'], 'cat.onnx');
		expect(await analyst.inspect(picture)).toMatchObject({
			ok: false,
			error: { kind: 'model-refused', subject: 'cat.onnx' },
		});
	});

	test('a file that begins like a model and is none is refused by the runtime', async () => {
		const broken = new File([Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 1, 2, 3)], 'broken.onnx');
		expect(await analyst.inspect(broken)).toMatchObject({
			ok: false,
			error: { kind: 'model-refused', detail: expect.stringContaining('cannot read it') as string },
		});
	});

	test('one that is not on this device says what to do', async () => {
		const { file, facts, index } = await walk();
		const missing = {
			at: '/models/not-there.onnx',
			model: coco ?? {
				...{ title: 'Missing', classes: [{ id: 0, name: 'person' }] },
				...{ head: { kind: 'end-to-end', output: 'y' } as const },
				input: {
					...({ name: 'x', width: 32, height: 32, layout: 'nhwc', channels: 'rgb', fit: 'stretch' } as const),
					...{ mean: [0, 0, 0] as [number, number, number], deviation: [1, 1, 1] as [number, number, number] },
				},
			},
		};
		const looked = await analyst.analyse(
			{ source: file, facts, index, spans: [{ inS: 0, outS: 1 }], model: missing },
			{ signal: new AbortController().signal },
		);
		expect(looked).toMatchObject({ ok: false, error: { kind: 'offline', subject: missing.model.title } });
	});
});
