import { measureCamera, type CameraMetrics } from './camera-metrics.ts';
import type { CameraStyle, PathCentres } from '../crop/camera-path.ts';
import { solveCameraPath } from './solve-camera-path.ts';
import type { DetectedFrame } from './detection.ts';
import type { BoxSeries } from './smooth-track.ts';
import { chooseSubjects, subjectBoxes } from './subject.ts';
import { associate } from './tracker.ts';

/** Five ways to move before a camera, 8 s of 1920 × 1080 at 30 frames a second, and what a detector makes of them. For tests and benches. */
export const MOTIONS = ['still', 'walk', 'dash', 'pace', 'dance'] as const;
export type MotionName = (typeof MOTIONS)[number];
export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const FRAME_COUNT = 240;
export const CROP = { width: 607.5 / 1920, height: 1 };
const [WIDTH, HEIGHT, FPS, BOX_WIDTH, BOX_HEIGHT] = [1920, 1080, 30, 220, 620];
const DETECTOR = { every: 5, sigma: 8, blunders: 0.02, blunderSigma: 120, misses: 0.05, score: 0.9 };

export interface Scene {
	readonly timesS: Float64Array;
	/** Where the subject really is. */
	readonly truth: BoxSeries;
	readonly detected: readonly DetectedFrame[];
}

/** Centre in pixels at `t` seconds. */
export const COURSES: Readonly<Record<MotionName, (t: number) => number>> = {
	still: (t) => 960 + 6 * Math.sin(2 * t),
	walk: (t) => 300 + 1300 * Math.min(1, Math.max(0, (t - 1.5) / 5)),
	dash: (t) => 500 + 900 * Math.min(1, Math.max(0, (t - 3) / 0.7)),
	pace: (t) => 960 + 420 * Math.sin((Math.PI * t) / 2),
	dance: (t) => 900 + 160 * Math.sin((2 * Math.PI * t) / 1.1) + 60 * Math.sin((2 * Math.PI * t) / 0.47),
};

/** The same for the same seed. All motions have the same noise. */
export function sceneOf(motion: MotionName, seed: number): Scene {
	const random = generator(7 * seed + 1);
	const timesS = Float64Array.from({ length: FRAME_COUNT }, (_, n) => n / FPS);
	const centres = timesS.map((t) => COURSES[motion](t));
	const detected: DetectedFrame[] = [];
	for (let n = 0; n < FRAME_COUNT; n += DETECTOR.every) {
		const missed = random() < DETECTOR.misses;
		const noise = missed ? 0 : normal(random) * DETECTOR.sigma;
		const blunder = !missed && random() < DETECTOR.blunders ? normal(random) * DETECTOR.blunderSigma : 0;
		const box = {
			x: ((centres[n] ?? 0) + noise + blunder - BOX_WIDTH / 2) / WIDTH,
			y: 0.5 - BOX_HEIGHT / 2 / HEIGHT,
			width: BOX_WIDTH / WIDTH,
			height: BOX_HEIGHT / HEIGHT,
		};
		detected.push({
			atS: n / FPS,
			detections: missed && n > 0 ? [] : [{ box, score: DETECTOR.score, label: 'person' }],
		});
	}
	const same = (value: number): Float64Array => new Float64Array(FRAME_COUNT).fill(value);
	return {
		timesS,
		detected,
		truth: {
			x: centres.map((centre) => (centre - BOX_WIDTH / 2) / WIDTH),
			y: same(0.5 - BOX_HEIGHT / 2 / HEIGHT),
			width: same(BOX_WIDTH / WIDTH),
			height: same(BOX_HEIGHT / HEIGHT),
			spreadX: same(0),
			spreadY: same(0),
		},
	};
}

/** Evenly spread numbers from 0 up to 1 (mulberry32). */
export function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Normally spread with deviation 1 (Box and Muller). */
export const normal = (random: () => number): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export interface Followed {
	readonly scene: Scene;
	readonly path: PathCentres;
}

/** The whole way from detections to the camera path. */
export function followed(motion: MotionName, seed: number, style: CameraStyle): Followed {
	const scene = sceneOf(motion, seed);
	const { timesS, detected } = scene;
	const subjects = chooseSubjects(associate(detected, []), [], FRAME_COUNT / FPS);
	const subject = subjectBoxes(subjects, timesS, CROP);
	return { scene, path: solveCameraPath({ timesS, cutsS: [], crop: CROP, hold: { x: 0.5, y: 0.5 }, subject, style }) };
}

/** How that path does by where the subject really was. */
export function judged(motion: MotionName, seed: number, style: CameraStyle): CameraMetrics {
	const { scene, path } = followed(motion, seed, style);
	return measureCamera({ path, crop: CROP, timesS: scene.timesS, cutsS: [], subject: scene.truth });
}

export function meanOf(all: readonly CameraMetrics[]): CameraMetrics {
	const mean = (of: (metrics: CameraMetrics) => number): number =>
		all.reduce((sum, metrics) => sum + of(metrics) / all.length, 0);
	return {
		insideShare: mean((of) => of.insideShare),
		longestLossS: mean((of) => of.longestLossS),
		jerk: mean((of) => of.jerk),
		stillShare: mean((of) => of.stillShare),
		reversals: mean((of) => of.reversals),
		largestStep: mean((of) => of.largestStep),
		coverage: mean((of) => of.coverage),
	};
}
