import { toNumber } from '../time/rational.ts';
import type { OspClip, OspCropPoint, OspMedia, OspProject } from './osp-shapes.ts';

/** Interpolation of libopenshot points: how the value comes to them from the point before. */
const LINEAR = 1;
const CONSTANT = 2;

/** libopenshot scale mode: the picture covers the canvas. */
export const SCALE_CROP = 0;
/** libopenshot gravity: from the middle. */
export const GRAVITY_CENTRE = 4;

interface Curve {
	readonly Points: readonly {
		readonly co: { readonly X: number; readonly Y: number };
		readonly interpolation: number;
	}[];
}

export interface OspFileEntry {
	readonly id: string;
	readonly [property: string]: unknown;
}

/**
 * Where a clip starts, in seconds. libopenshot 0.2 keeps that in 32 bits and rounds down to a frame: a start on a frame that would become the
 * one before is written a millisecond later.
 */
function safeStart(startS: number, fps: number): number {
	const frame = Math.round(startS * fps);
	const onFrame = Math.abs(startS * fps - frame) < 0.01;
	return onFrame && Math.floor(Math.fround(startS) * fps) < frame ? startS + 0.001 : startS;
}

const flat = (value: number): Curve => ({ Points: [{ co: { X: 1, Y: value }, interpolation: LINEAR }] });

/** Every property of a clip that OpenShot's menus read without asking whether it is there. */
const CLIP_DEFAULTS: Readonly<Record<string, number>> = {
	alpha: 1,
	volume: 1,
	rotation: 0,
	time: 1,
	shear_x: 0,
	shear_y: 0,
	origin_x: 0.5,
	origin_y: 0.5,
	channel_filter: -1,
	channel_mapping: -1,
	has_audio: -1,
	has_video: -1,
	...Object.fromEntries(
		[1, 2, 3, 4].flatMap((n) => [`perspective_c${n}_x`, `perspective_c${n}_y`].map((key) => [key, -1])),
	),
};

interface ClipParts {
	readonly clip: OspClip;
	readonly media: OspMedia;
	readonly file: OspFileEntry;
	readonly project: OspProject;
	readonly positionS: number;
	readonly id: string;
}

export function clipEntry({ clip, media, file, project, positionS, id }: ClipParts) {
	const curves = Object.fromEntries(Object.entries(CLIP_DEFAULTS).map(([key, value]) => [key, flat(value)]));
	return {
		id,
		file_id: file.id,
		title: clip.name === '' ? media.name : clip.name,
		position: positionS,
		start: safeStart(clip.inS, toNumber(project.fps)),
		end: clip.outS,
		duration: media.durationS,
		layer: 5_000_000,
		reader: file,
		gravity: GRAVITY_CENTRE,
		scale: SCALE_CROP,
		anchor: 0,
		display: 0,
		mixing: 0,
		waveform: false,
		effects: [],
		...curves,
		rotation: flat(media.rotation),
		...cropCurves(clip, media, project),
		wave_color: { red: flat(0), green: flat(123), blue: flat(255), alpha: flat(255) },
	};
}

interface Box {
	readonly width: number;
	readonly height: number;
}

/** A box turned by `degrees`. */
export const turned = ({ width, height }: Box, degrees: number): Box =>
	degrees % 180 === 0 ? { width, height } : { width: height, height: width };

/** What the picture is scaled by to cover the canvas. */
const cover = (box: Box, canvas: Box): number => Math.max(canvas.width / box.width, canvas.height / box.height);

/** libopenshot lets the picture cover the canvas before it turns it: the scale that makes up for it. `shown`: after turning. */
export const turnScale = (shown: Box, degrees: number, canvas: Box): number =>
	cover(shown, canvas) / cover(turned(shown, degrees), canvas);

/** How much wider and higher than the canvas a picture is that covers it. */
export function overhang(media: Box, canvas: Box): { readonly x: number; readonly y: number } {
	const ratio = media.width / media.height / (canvas.width / canvas.height);
	return { x: Math.max(1, ratio), y: Math.max(1, 1 / ratio) };
}

/**
 * Keyframes count frames of the project from the start of the SOURCE, from 1. With scale mode CROP the picture covers the canvas; location
 * moves it in units of the canvas (libopenshot `Clip::get_transform`).
 */
function cropCurves(clip: OspClip, media: OspMedia, project: OspProject): Record<string, Curve> {
	const over = overhang(media, project);
	const scale = turnScale(media, media.rotation, project);
	if (clip.crop.length === 0)
		return { location_x: flat(0), location_y: flat(0), scale_x: flat(scale), scale_y: flat(scale) };
	const curve = (value: (point: OspCropPoint) => number): Curve => ({
		Points: clip.crop.map((point) => ({
			co: { X: Math.max(1, Math.round(point.atS * toNumber(project.fps)) + 1), Y: value(point) },
			interpolation: point.smooth ? LINEAR : CONSTANT,
		})),
	});
	return {
		location_x: curve(({ x, zoom }) => (0.5 - x) * over.x * zoom),
		location_y: curve(({ y, zoom }) => (0.5 - y) * over.y * zoom),
		scale_x: curve(({ zoom }) => zoom * scale),
		scale_y: curve(({ zoom }) => zoom * scale),
	};
}
