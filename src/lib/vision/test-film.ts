import { BufferTarget, CanvasSource, Mp4OutputFormat, Output, Quality } from 'mediabunny';
import type { Box } from '#core/tracking/detection';
import { probe } from '../media/probe/index.ts';
import type { TestFile } from '../media/player/test-player.ts';

type Canvas = OffscreenCanvasRenderingContext2D;

/** Colours of the parts of a drawn person: lit and in shade. */
const COLOURS = {
	skin: ['#e8b796', '#b9805c'],
	shirt: ['#3b6ea8', '#1d3a60'],
	trousers: ['#3a3a44', '#15151b'],
	shoe: ['#20140e', '#20140e'],
	hair: ['#2a1b12', '#2a1b12'],
} as const;

/**
 * Draws someone who stands with the feet at (`x`, `feet`), `height` pixels high, and says where they are. Detectors that were trained on photographs take the
 * drawing for a person when it is about half as high as the picture.
 */
export function drawPerson(context: Canvas, x: number, feet: number, height: number, stride = 0.4): Box {
	const unit = height / 8;
	const at = (up: number): number => feet - up * unit;
	const shade = (left: number, right: number, [lit, dark]: readonly [string, string]): CanvasGradient => {
		const gradient = context.createLinearGradient(left, 0, right, 0);
		gradient.addColorStop(0.5, lit);
		gradient.addColorStop(1, dark);
		return gradient;
	};
	const limb = (
		from: [number, number],
		to: [number, number],
		width: number,
		colour: readonly [string, string],
	): void => {
		const [left, right] = [Math.min(from[0], to[0]) - width / 2, Math.max(from[0], to[0]) + width / 2];
		context.strokeStyle = shade(left, right, colour);
		Object.assign(context, { lineWidth: width, lineCap: 'round' });
		context.beginPath();
		context.moveTo(...from);
		context.lineTo(...to);
		context.stroke();
	};
	const oval = (
		centre: number,
		up: number,
		across: number,
		down: number,
		[lit, dark]: readonly [string, string],
	): void => {
		context.fillStyle = shade(centre - across, centre + across, [lit, dark]);
		context.beginPath();
		context.ellipse(centre, at(up), across, down, 0, 0, 2 * Math.PI);
		context.fill();
	};
	oval(x + unit * 0.3, 0, unit * 1.4, unit * 0.22, ['rgba(0,0,0,.28)', 'rgba(0,0,0,.28)']);
	for (const side of [-1, 1]) {
		const [knee, foot] = [x + side * unit * (0.32 + 0.35 * stride), x + side * unit * (0.3 + 0.75 * stride)];
		limb([x + side * unit * 0.34, at(4)], [knee, at(2.1)], unit * 0.78, COLOURS.trousers);
		limb([knee, at(2.1)], [foot, at(0.35)], unit * 0.58, COLOURS.trousers);
		oval(foot + unit * 0.18, 0.14, unit * 0.48, unit * 0.2, COLOURS.shoe);
		const [elbow, hand] = [x + side * unit * (1.05 + 0.15 * stride), x + side * unit * (1 + 0.45 * stride)];
		limb([x + side * unit * 0.85, at(6.15)], [elbow, at(4.9)], unit * 0.5, COLOURS.shirt);
		limb([elbow, at(4.9)], [hand, at(3.9)], unit * 0.36, COLOURS.skin);
		oval(hand, 3.75, unit * 0.24, unit * 0.24, COLOURS.skin);
	}
	context.fillStyle = shade(x - unit, x + unit, COLOURS.shirt);
	context.beginPath();
	context.moveTo(x - unit * 1.02, at(6.3));
	context.quadraticCurveTo(x, at(6.85), x + unit * 1.02, at(6.3));
	context.lineTo(x + unit * 0.78, at(3.75));
	context.lineTo(x - unit * 0.78, at(3.75));
	context.fill();
	limb([x, at(6.9)], [x, at(6.6)], unit * 0.48, COLOURS.skin);
	oval(x, 7.4, unit * 0.46, unit * 0.6, COLOURS.skin);
	oval(x, 7.8, unit * 0.48, unit * 0.3, COLOURS.hair);
	const { width: whole, height: high } = context.canvas;
	const reach = 1.2 + 0.45 * stride;
	return { x: (x - reach * unit) / whole, y: at(8.1) / high, width: (2 * reach * unit) / whole, height: height / high };
}

/** Sky and ground, or a wall and a floor. */
export function drawPlace(context: Canvas, place: 'outside' | 'inside'): void {
	const { width, height } = context.canvas;
	const [sky, ground] = place === 'outside' ? (['#b4cbe0', '#767a6c'] as const) : (['#5a4a42', '#2e2622'] as const);
	context.fillStyle = sky;
	context.fillRect(0, 0, width, height * 0.6);
	context.fillStyle = ground;
	context.fillRect(0, height * 0.6, width, height * 0.4);
}

export interface FilmPlan {
	readonly name: string;
	readonly frames: number;
	readonly draw: (context: Canvas, frame: number) => void;
	/** As displayed. */
	readonly size?: readonly [width: number, height: number];
	/** What a player turns the stored picture by, clockwise. */
	readonly rotation?: 0 | 90 | 180 | 270;
	/** Frames from one key frame to the next. */
	readonly keyEvery?: number;
	/** In bits a second. */
	readonly bitrate?: number;
}

export const FILM_RATE = 30;

/** Makes an H.264 film of drawn frames and probes it. */
export async function makeFilm(plan: FilmPlan): Promise<TestFile> {
	const { name, frames, draw, size = [640, 360], rotation = 0, keyEvery = 15, bitrate = 4e6 } = plan;
	const [width, height] = size;
	const upright = new OffscreenCanvas(width, height).getContext('2d');
	const turned = rotation % 180 === 0 ? [width, height] : [height, width];
	const stored = new OffscreenCanvas(turned[0] ?? width, turned[1] ?? height);
	const pen = stored.getContext('2d');
	if (upright === null || pen === null) throw new Error('no canvas');
	pen.translate(stored.width / 2, stored.height / 2);
	pen.rotate((-rotation * Math.PI) / 180);
	const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
	const source = new CanvasSource(stored, {
		codec: 'avc',
		quality: new Quality({ bitrate }),
		keyFrameInterval: keyEvery / FILM_RATE,
	});
	output.addVideoTrack(source, { rotation, frameRate: FILM_RATE });
	await output.start();
	for (let n = 0; n < frames; n += 1) {
		draw(upright, n);
		pen.drawImage(upright.canvas, -width / 2, -height / 2);
		await source.add(n / FILM_RATE, 1 / FILM_RATE);
	}
	await output.finalize();
	return probed(new File([output.target.buffer ?? new ArrayBuffer(0)], name));
}

export async function probed(file: File): Promise<TestFile> {
	const found = await probe(file);
	if (!found.ok) throw new Error(JSON.stringify(found.error));
	const { facts, index } = found.value;
	if (index === undefined) throw new Error('the film has no frames');
	return { file, facts, index };
}
