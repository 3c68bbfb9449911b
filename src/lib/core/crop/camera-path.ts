import * as z from 'zod';
import { BlobHash } from '../blob-hash.ts';
import { frameAt, framesBefore, type FrameIndex } from '../time/frame-index.ts';

/** How the camera behaves: `clip` keeps one centre for each clip, the others follow more and more closely. */
export const CameraStyle = z.enum(['steady', 'follow', 'lively', 'clip']);
export type CameraStyle = z.infer<typeof CameraStyle>;

/** A place in the picture (0..1 of its width and height) at a time (seconds on the file's own timeline). */
export const PicturePlace = z
	.object({ atS: z.number(), x: z.number().min(0).max(1), y: z.number().min(0).max(1) })
	.readonly();
export type PicturePlace = z.infer<typeof PicturePlace>;

/** Steps in which centres are kept: a thirtieth of a pixel at 1080p. */
const STEPS = 65_536;

/** Frames that a path may have; ten hours at 60 frames a second are 2.2 million. */
const MOST_FRAMES = 4_000_000;

/**
 * A series of numbers in 0..1 as text: the second differences of the values in 1/65536, as decimal integers separated by blanks, `v*n` for
 * a value that comes n times. A camera at rest or in an even pan costs next to nothing.
 */
export const PathSeries = z
	.string()
	.max(16_000_000)
	.refine((text) => decoded(text) !== undefined, { error: 'not the centres of a camera path' });
export type PathSeries = z.infer<typeof PathSeries>;

/** What is known of a camera path besides its centres. */
const PathHead = z.object({
	id: z.string().min(1),
	inS: z.number(),
	outS: z.number(),
	style: CameraStyle,
	/** Kinds that may be the subject, by the detector's names; empty: any. */
	labels: z.array(z.string()).readonly(),
	/** Where a person clicked on the subject, in order of time. */
	picks: z.array(PicturePlace).readonly(),
	/** Where a person has put the crop's centre: the path goes through them. In order of time. */
	fixes: z.array(PicturePlace).readonly(),
	/** Times, in seconds, whose shots follow nobody. In order; absent: none. */
	quiet: z.array(z.number()).readonly().optional(),
});

const endsAfterStart = ({ inS, outS }: { readonly inS: number; readonly outS: number }): boolean => outS > inS;
const ENDS_AFTER_START = { error: 'a camera path must end after it starts' };

/**
 * Where the crop's centre stands on each frame of a span, as the tracker found it or a person mended it. Entry i belongs to the i-th frame
 * at or after `inS`; beyond the last, the last one holds. Shape and zoom of the crop are those of the track it belongs to.
 */
export const CameraPath = PathHead.extend({ x: PathSeries, y: PathSeries })
	.refine(endsAfterStart, ENDS_AFTER_START)
	.readonly();
export type CameraPath = z.infer<typeof CameraPath>;

/** A camera path whose centres lie beside the document that it is in, under the SHA-256 of their bytes. */
export const PathBeside = PathHead.extend({ centres: BlobHash }).refine(endsAfterStart, ENDS_AFTER_START).readonly();
export type PathBeside = z.infer<typeof PathBeside>;

/** The centres as one piece of bytes. */
export const centresToBytes = ({ x, y }: Pick<CameraPath, 'x' | 'y'>): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(`${x}\n${y}`, (letter) => letter.charCodeAt(0));

/** What `centresToBytes` made of them; anything else gives what no path is made of. */
export function centresFromBytes(bytes: Uint8Array): Pick<CameraPath, 'x' | 'y'> {
	const piece = 8192;
	let text = '';
	// Digits, blanks, signs: a byte each.
	for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
	const [x = '', y = ''] = text.split('\n');
	return { x, y };
}

/** Centres (0..1, others are clamped) as `PathSeries`. */
export function encodeSeries(values: ArrayLike<number>): PathSeries {
	const words: string[] = [];
	let [before, step, held, times] = [0, 0, 0, 0];
	const put = (): void => void (times > 0 && words.push(times === 1 ? `${held}` : `${held}*${times}`));
	for (let n = 0; n < values.length; n += 1) {
		const value = Math.round(Math.min(Math.max(values[n] ?? 0, 0), 1) * STEPS);
		const bend = value - before - step;
		step = value - before;
		before = value;
		if (bend === held && times > 0) {
			times += 1;
			continue;
		}
		put();
		[held, times] = [bend, 1];
	}
	put();
	return words.join(' ');
}

/** The centres of a path, one a frame. */
export interface PathCentres {
	readonly x: Float64Array;
	readonly y: Float64Array;
}

const kept = new WeakMap<CameraPath, PathCentres>();

/** The centres of `path`; decoded once for each object. */
export function centresOf(path: CameraPath): PathCentres {
	const known = kept.get(path);
	if (known !== undefined) return known;
	const centres = { x: decoded(path.x) ?? new Float64Array(), y: decoded(path.y) ?? new Float64Array() };
	kept.set(path, centres);
	return centres;
}

/** The centre on the frame that is shown at `timeS`. Without an index the frames are taken to be evenly spaced. */
export function centreAt(path: CameraPath, timeS: number, index: FrameIndex | undefined): { x: number; y: number } {
	const { x, y } = centresOf(path);
	const nth =
		index === undefined
			? Math.floor(((timeS - path.inS) / (path.outS - path.inS)) * x.length + 1e-6)
			: frameAt(index, timeS) - framesBefore(index, path.inS);
	const of = (values: Float64Array): number => values[Math.min(Math.max(nth, 0), values.length - 1)] ?? 0.5;
	return { x: of(x), y: of(y) };
}

/** The path that holds at `timeS`. */
export const pathAt = (paths: readonly CameraPath[] | undefined, timeS: number): CameraPath | undefined =>
	paths?.find(({ inS, outS }) => timeS >= inS - 1e-6 && timeS < outS - 1e-6);

/**
 * `paths` without what lies in [fromS, toS): one that reaches over both ends becomes two. `newId` names the second. What is left of one
 * without a single frame is left out as well.
 */
export function withoutSpan(
	paths: readonly CameraPath[],
	fromS: number,
	toS: number,
	index: FrameIndex,
	newId: () => string,
): readonly CameraPath[] {
	return paths.flatMap((path) => {
		if (path.outS <= fromS + 1e-6 || path.inS >= toS - 1e-6) return [path];
		const head = partOf(path, path.inS, Math.min(path.outS, fromS), index);
		const tail = partOf(path, Math.max(path.inS, toS), path.outS, index);
		return [...head, ...(head.length === 0 ? tail : tail.map((part) => ({ ...part, id: newId() })))];
	});
}

/** What of `paths` lies in [fromS, toS); each keeps its id. */
export const withinSpan = (
	paths: readonly CameraPath[],
	fromS: number,
	toS: number,
	index: FrameIndex,
): readonly CameraPath[] =>
	paths.flatMap((path) => partOf(path, Math.max(path.inS, fromS), Math.min(path.outS, toS), index));

/** What a person has asked of a path: whom it follows where, and what it goes through. */
export type PathWishes = Pick<CameraPath, 'picks' | 'fixes' | 'quiet'>;

/** The wishes that lie in the half-open span [inS, outS). */
export function wishesIn(
	{ picks, fixes, quiet }: PathWishes,
	{ inS, outS }: { readonly inS: number; readonly outS: number },
): PathWishes {
	const within = (atS: number): boolean => atS >= inS - 1e-6 && atS < outS - 1e-6;
	return {
		picks: picks.filter(({ atS }) => within(atS)),
		fixes: fixes.filter(({ atS }) => within(atS)),
		...(quiet?.some(within) === true && { quiet: quiet.filter(within) }),
	};
}

/** The path in [inS, outS), where that holds a frame: segments from lists may begin and end between two. */
function partOf(path: CameraPath, inS: number, outS: number, index: FrameIndex): readonly CameraPath[] {
	const first = framesBefore(index, path.inS);
	const [from, to] = [framesBefore(index, inS) - first, framesBefore(index, outS) - first];
	if (outS <= inS + 1e-6 || to <= from) return [];
	const { x, y } = centresOf(path);
	const { id, style, labels } = path;
	// Beyond its last centre that one holds.
	const part = (centres: Float64Array): string =>
		encodeSeries(centres.subarray(Math.min(from, centres.length - 1), to));
	return [
		{
			...{ id, inS, outS, style, labels, ...wishesIn(path, { inS, outS }) },
			...{ x: part(x), y: part(y) },
		},
	];
}

/** A point of a path that is told by few of them. */
export interface PathPoint {
	readonly atS: number;
	readonly x: number;
	readonly y: number;
}

/**
 * Few points of `path` with straight lines between them that are nowhere more than `tolerance` (0..1 of the picture) off: for those who know
 * keyframes only. Frames are taken to be evenly spaced. Source: Ramer 1972, Douglas and Peucker 1973.
 */
export function pathPoints(path: CameraPath, tolerance: number): readonly PathPoint[] {
	const { x, y } = centresOf(path);
	const last = x.length - 1;
	const kept = new Set<number>([0, last]);
	const spans: (readonly [number, number])[] = [[0, last]];
	for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
		const [from, to] = span;
		let [worst, at] = [tolerance, -1];
		for (let n = from + 1; n < to; n += 1) {
			const share = (n - from) / (to - from);
			const offX = Math.abs(of(x, n) - of(x, from) - share * (of(x, to) - of(x, from)));
			const offY = Math.abs(of(y, n) - of(y, from) - share * (of(y, to) - of(y, from)));
			if (Math.max(offX, offY) > worst) [worst, at] = [Math.max(offX, offY), n];
		}
		if (at === -1) continue;
		kept.add(at);
		spans.push([from, at], [at, to]);
	}
	const frameS = (path.outS - path.inS) / x.length;
	return [...kept].sort((a, b) => a - b).map((n) => ({ atS: path.inS + n * frameS, x: of(x, n), y: of(y, n) }));
}

const of = (values: Float64Array, n: number): number => values[n] ?? 0.5;

const WORD = /^(-?\d{1,6})(?:\*([1-9]\d{0,6}))?$/;

function decoded(text: string): Float64Array | undefined {
	const values: number[] = [];
	let [before, step] = [0, 0];
	for (const word of text.split(' ')) {
		const [, bend, times = '1'] = WORD.exec(word) ?? [];
		if (bend === undefined || values.length + Number(times) > MOST_FRAMES) return undefined;
		for (let n = Number(times); n > 0; n -= 1) {
			step += Number(bend);
			before += step;
			if (before < 0 || before > STEPS) return undefined;
			values.push(before / STEPS);
		}
	}
	return values.length === 0 ? undefined : Float64Array.from(values);
}
