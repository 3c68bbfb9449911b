import { frameIndexFrom, type FrameIndex } from '../time/frame-index.ts';
import { toNumber, type Rational } from '../time/rational.ts';
import type { PacketTable } from './probe-packets.ts';

/** How many frames later than it is decoded a key frame may be shown, where only decoding times are known. */
const REORDERING = 3;

/**
 * The frame index from packets as they stand in the file.
 *
 * Where every packet has a presentation time that is it. Otherwise the decoding times, which are in presentation order as a whole, are
 * moved so that the first one is `firstPictureS`, the time at which decoding shows the first picture (default: where it is). Packets
 * without any time follow each other at their durations, or at `fallbackRate`.
 */
export function indexFromPackets(
	{ pts, dts, duration, key }: PacketTable,
	timebase: Rational,
	firstPictureS: number | undefined,
	fallbackRate: Rational = { num: 25, den: 1 },
): FrameIndex {
	const toUs = (value: number): number => Math.round((value * timebase.num * 1e6) / timebase.den);
	const stepUs = Math.round(1e6 / toNumber(fallbackRate));
	const durationUs = (n: number): number => {
		const told = duration[n] ?? Number.NaN;
		return told > 0 ? toUs(told) : stepUs;
	};
	if (!pts.some(Number.isNaN)) {
		const last = pts.reduce((latest, value, n) => (value > (pts[latest] ?? -Infinity) ? n : latest), 0);
		const told = duration[last] ?? Number.NaN;
		return frameIndexFrom(pts.map(toUs), key, told > 0 ? toUs(told) : 0, 'stored');
	}
	const times = new Float64Array(dts.length);
	for (let n = 0; n < dts.length; n += 1) {
		const value = dts[n] ?? Number.NaN;
		times[n] = Number.isNaN(value) ? (n === 0 ? 0 : (times[n - 1] ?? 0) + durationUs(n - 1)) : toUs(value);
	}
	const shift = firstPictureS === undefined ? 0 : Math.round(firstPictureS * 1e6) - (times[0] ?? 0);
	const reordered = shift > 0 || pts.some((value) => !Number.isNaN(value));
	const keys = reordered ? key.map((_, n) => (n === 0 || (n > REORDERING && key[n - REORDERING] === 1) ? 1 : 0)) : key;
	return frameIndexFrom(
		times.map((time) => time + shift),
		keys,
		durationUs(times.length - 1),
	);
}
