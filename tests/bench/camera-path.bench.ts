import { associate } from '../../src/lib/core/tracking/tracker.ts';
import {
	MOTIONS,
	SEEDS,
	followed,
	judged,
	meanOf,
	type Followed,
} from '../../src/lib/core/tracking/camera-path-fixture.ts';
import type { CameraMetrics } from '../../src/lib/core/tracking/camera-metrics.ts';
import type { CameraStyle } from '../../src/lib/core/crop/camera-path.ts';
import type { DetectedFrame } from '../../src/lib/core/tracking/detection.ts';
import { row, type Bench, type Row } from './bench.ts';

const PEOPLE = 200;
const STYLES: readonly CameraStyle[] = ['steady', 'follow', 'lively'];

export const bench: Bench = {
	name: 'camera-path',
	about: `from detections to a camera path: ${MOTIONS.length} motions × ${SEEDS.length} noises of 8 s, 1920 wide to 607.5, in Node on one core`,
	rounds: 3,
	run({ rounds, say }) {
		const rows: Row[] = [];
		for (const style of STYLES) {
			const clips = MOTIONS.map((motion) => SEEDS.map((seed) => judged(motion, seed, style)));
			const mean = meanOf(clips.flat());
			say(`${style}: ${clips.map((of, n) => `${MOTIONS[n]} ${told(meanOf(of))}`).join('; ')}`);
			const gated = style === 'steady';
			const figure = (name: string, unit: string, target: number, better: Row['better'], value: number): Row =>
				row(`${style}: ${name}`, unit, gated ? target : null, better, [value]);
			rows.push(
				figure('wholly in the crop', '%', 99, 'higher', 100 * mean.insideShare),
				figure('longest loss', 's', 0.3, 'lower', mean.longestLossS),
				figure('jerk, root mean square', 'W/s³', 3, 'lower', mean.jerk),
				figure('still, talking head', '%', 95, 'higher', 100 * meanOf(clips[0] ?? []).stillShare),
				figure('turns back per clip', '', 2, 'lower', mean.reversals),
				figure('largest step in a shot, of all clips', 'W', 0.01, 'lower', largestStep(clips.flat())),
			);
		}
		const perClip: number[] = [];
		const crowds: number[] = [];
		const crowd = crowdOf(PEOPLE);
		for (let round = 0; round < rounds; round += 1) {
			perClip.push(
				timeOf(() => MOTIONS.map((motion) => SEEDS.map((seed) => followed(motion, seed, 'steady')))) / clipCount,
			);
			crowds.push(timeOf(() => associate(crowd, [])));
		}
		rows.push(
			row('8 s from detections to the path', 'ms', 40, 'lower', perClip),
			row(`${PEOPLE} people for 8 s: association`, 'ms', null, 'lower', crowds),
		);
		return Promise.resolve(rows);
	},
};

const clipCount = MOTIONS.length * SEEDS.length;
const largestStep = (metrics: readonly CameraMetrics[]): number => Math.max(...metrics.map((of) => of.largestStep));

function told({ insideShare, longestLossS, jerk, stillShare, reversals }: CameraMetrics): string {
	const [inside, still] = [insideShare, stillShare].map((share) => `${(100 * share).toFixed(1)} %`);
	return `${inside} inside, loss ${longestLossS.toFixed(2)} s, jerk ${jerk.toFixed(2)}, still ${still}, ${reversals.toFixed(1)} turns`;
}

function timeOf(work: () => readonly (readonly Followed[])[] | readonly unknown[]): number {
	const from = performance.now();
	work();
	return performance.now() - from;
}

/** People in rows who sway, 6 looks a second for 8 s. */
const crowdOf = (people: number): readonly DetectedFrame[] =>
	Array.from({ length: 48 }, (_, n) => ({
		atS: n / 6,
		detections: Array.from({ length: people }, (_, k) => ({
			box: {
				x: (k % 20) / 20 + 0.01 * Math.sin(n / 2 + k),
				y: Math.floor(k / 20) / 10 + 0.005 * Math.cos(n / 3 + k),
				width: 0.04,
				height: 0.12,
			},
			score: 0.9,
			label: 'person',
		})),
	}));
