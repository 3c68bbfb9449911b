import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../../src/lib/core/crop/crop.ts';
import type { CropTrack } from '../../src/lib/core/crop/crop-track.ts';
import { ospProjectOf, type OspCut } from '../../src/lib/core/formats/osp-project.ts';
import { writeOsp } from '../../src/lib/core/formats/osp.ts';
import { timeOfFrame, type FrameIndex } from '../../src/lib/core/time/frame-index.ts';
import type { MediaFacts } from '../../src/lib/core/media/media-facts.ts';
import { inspect } from '../../src/lib/media/probe/inspect.ts';
import { readPicture } from '../fixtures/decode.ts';
import { fixturePath, make } from '../fixtures/make.ts';
import { openInOpenShot, openshotPython, type OpenedProject } from '../fixtures/openshot.ts';
import { readBar, readCentre } from '../fixtures/read-bar.ts';

const python = openshotPython();
if (python === undefined)
	console.warn('OpenShot is not here (on Debian: apt install python3-openshot): its tests are skipped.');

const PORTRAIT: CropState = { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } };
const at = (crop: CropState, x: number, y = 0.5, zoom = 1): CropState => ({ ...crop, centre: { x, y }, zoom });

describe.skipIf(python === undefined)('OpenShot opens the project', () => {
	let folder = '';
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'octocut-osp-'));
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	async function source(name: string): Promise<{ facts: MediaFacts; index: FrameIndex }> {
		await make([name]);
		const file = await openAsBlob(fixturePath(name));
		const answer = await inspect({ file, name }, { signal: new AbortController().signal, report: () => undefined });
		if (!answer.ok || answer.value.index === undefined) throw new Error(`${name} could not be read`);
		const fingerprint = `${file.size}-${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
		const facts: MediaFacts = { ...answer.value.facts, fingerprint, name, bytes: file.size, playable: 'native' };
		return { facts, index: answer.value.index };
	}

	/** Frames [from, to) of a file as a cut. */
	const cut = (
		{ facts, index }: { facts: MediaFacts; index: FrameIndex },
		from: number,
		to: number,
		more: Partial<OspCut> = {},
	): OspCut => ({ facts, name: `${from}–${to}`, inS: timeOfFrame(index, from), outS: timeOfFrame(index, to), ...more });

	let projects = 0;
	/** The project as OpenShot sees it, beside its files; frames of the timeline count from 0 here. */
	async function open(cuts: readonly OspCut[], frames: readonly number[]) {
		const place = await mkdtemp(join(folder, 'p'));
		for (const name of new Set(cuts.map(({ facts }) => facts.name)))
			await symlink(fixturePath(name), join(place, name));
		const file = join(place, `film ${projects++}.osp`);
		const { project } = ospProjectOf('PROJECT', cuts);
		await writeFile(file, writeOsp(project));
		const opened = await openInOpenShot(
			python!,
			file,
			place,
			frames.map((frame) => frame + 1),
		);
		const picture = (frame: number) => readPicture(join(place, `${frame + 1}.png`));
		return { opened, project, picture };
	}

	/** The number on a frame of the timeline, which shows the box of `crop` of a picture of size `frame`. */
	async function numberOn(
		picture: ReturnType<typeof readPicture>,
		crop?: { x: number; y: number; width: number; height: number },
		frame = { width: 640, height: 360 },
	): Promise<number | null> {
		const pixels = await picture;
		return crop === undefined ? readBar(pixels) : readBar(pixels, { ...crop, frame });
	}

	const spans = (opened: OpenedProject) =>
		opened.clips.map(({ position, start, end }) => [position, start, end].map((s) => Math.round(s * 1000) / 1000));

	test('cuts stand in their order, and each shows its frames', async () => {
		const film = await source('intra.mp4');
		const cuts = [cut(film, 300, 330), cut(film, 27, 57), cut(film, 560, 590)];
		const frames = [0, 29, 30, 59, 60, 89];
		const { opened, picture } = await open(cuts, frames);
		expect(opened).toMatchObject({ width: 640, height: 360, fps: 30 });
		expect(spans(opened)).toEqual([
			[0, 10, 11],
			[1, 0.901, 1.9],
			[2, 18.667, 19.667],
		]);
		expect(await Promise.all(frames.map((frame) => numberOn(picture(frame))))).toEqual([300, 329, 27, 56, 560, 589]);
	});

	test('a crop shows its part of the picture', async () => {
		const film = await source('intra.mp4');
		const { opened, picture } = await open([cut(film, 90, 120, { crop: at(PORTRAIT, 0.3) })], [0, 29]);
		expect(opened.width / opened.height).toBeCloseTo(9 / 16, 2);
		const box = { x: 0.3 * 640 - 101.25, y: 0, width: 202.5, height: 360 };
		expect(await numberOn(picture(0), box)).toBe(90);
		expect(await numberOn(picture(29), box)).toBe(119);
		expect(readCentre(await picture(0)).x).toBeCloseTo(0.3, 1.5);
	});

	test('a zoomed crop shows its part of the picture', async () => {
		const film = await source('intra.mp4');
		const { picture } = await open([cut(film, 90, 120, { crop: at(WHOLE_FRAME, 0.6, 0.45, 2) })], [5]);
		const box = { x: 0.6 * 640 - 160, y: 0.45 * 360 - 90, width: 320, height: 180 };
		expect(await numberOn(picture(5), box)).toBe(95);
	});

	const track = (interpolation: CropTrack['interpolation'], film: { index: FrameIndex }): CropTrack => ({
		base: at(PORTRAIT, 0.2),
		keyframes: [
			{ atS: timeOfFrame(film.index, 100), crop: at(PORTRAIT, 0.3) },
			{ atS: timeOfFrame(film.index, 140), crop: at(PORTRAIT, 0.7) },
		],
		interpolation,
	});
	const centre = async (picture: ReturnType<typeof readPicture>): Promise<number> => readCentre(await picture).x;

	test('keyframes jump where they stand', async () => {
		const film = await source('intra.mp4');
		const { picture } = await open([cut(film, 90, 150, { track: track('step', film) })], [0, 9, 10, 49, 50, 59]);
		const centres = await Promise.all([0, 9, 10, 49, 50, 59].map((frame) => centre(picture(frame))));
		[0.2, 0.2, 0.3, 0.3, 0.7, 0.7].forEach((x, i) => expect(centres[i]).toBeCloseTo(x, 1));
		expect(await numberOn(picture(10), { x: 0.3 * 640 - 101.25, y: 0, width: 202.5, height: 360 })).toBe(100);
		expect(await numberOn(picture(50), { x: 0.7 * 640 - 101.25, y: 0, width: 202.5, height: 360 })).toBe(140);
	});

	test('smooth keyframes move evenly between, also where a cut starts or ends on the way', async () => {
		const film = await source('intra.mp4');
		const smooth = { track: track('smooth', film) };
		const cuts = [cut(film, 90, 150, smooth), cut(film, 110, 130, smooth)];
		const frames = [9, 10, 30, 50, 59, 60, 70, 79];
		const { picture } = await open(cuts, frames);
		const centres = await Promise.all(frames.map((frame) => centre(picture(frame))));
		[0.2, 0.3, 0.5, 0.7, 0.7, 0.4, 0.5, 0.59].forEach((x, i) => expect(centres[i]).toBeCloseTo(x, 1));
		expect(await numberOn(picture(30), { x: 0.5 * 640 - 101.25, y: 0, width: 202.5, height: 360 })).toBe(120);
	});

	test('a turned film stands upright, cropped or not', async () => {
		const film = await source('rotated-90.mp4');
		const cuts = [cut(film, 0, 60), cut(film, 60, 120, { crop: at(WHOLE_FRAME, 0.4, 0.6, 1.5) })];
		const { opened, picture } = await open(cuts, [20, 80]);
		expect(opened).toMatchObject({ width: 360, height: 640 });
		const centres = await Promise.all([20, 80].map(async (frame) => readCentre(await picture(frame))));
		[0.5, 0.5, 0.4, 0.6].forEach((share, i) => {
			const seen = centres[Math.floor(i / 2)]!;
			expect(Math.abs((i % 2 === 0 ? seen.x : seen.y) - share)).toBeLessThan(0.03);
		});
		expect(await numberOn(picture(20))).not.toBeNull();
	});
});
