import type { Size } from '#core/crop/crop';
import type { Plane } from './planes.ts';

/** Where in a plane the wanted part begins, in its samples; need not be whole. */
export interface PlaneOffset {
	readonly x: number;
	readonly y: number;
}

const BITS = 7;
const ONE = 1 << BITS;
const HALF = ONE >> 1;

/**
 * The part of `plane` of size `size` that begins at `offset`, between samples where that is not whole: cubic convolution with four samples
 * across and down (Keys 1981, a = −½), which keeps an even picture even and edges sharp. Beyond the plane its last sample goes on.
 */
export function shiftedPlane(plane: Plane, offset: PlaneOffset, size: Size): Plane {
	const rows = shiftedAcross(plane, offset.x, size.width);
	return shiftedDown(rows, offset.y, size.height);
}

/** Weights of the samples −1, 0, 1, 2 around a place that is `share` (0..1) after sample 0, of `ONE`; they sum to `ONE`. */
function weightsAt(share: number): readonly [number, number, number, number] {
	const [s, s2, s3] = [share, share ** 2, share ** 3];
	const before = Math.round(ONE * (-s / 2 + s2 - s3 / 2));
	const next = Math.round(ONE * (s / 2 + 2 * s2 - (3 * s3) / 2));
	const after = Math.round(ONE * (-s2 / 2 + s3 / 2));
	return [before, ONE - before - next - after, next, after];
}

function shiftedAcross({ data, width, height }: Plane, at: number, wanted: number): Plane {
	const first = Math.floor(at);
	const [w0, w1, w2, w3] = weightsAt(at - first);
	const target = new Uint8ClampedArray(wanted * height);
	const [last, whole] = [width - 1, at === first];
	// Samples from here to there have all four neighbours.
	const from = Math.min(wanted, Math.max(0, 1 - first));
	const to = Math.max(from, Math.min(wanted, width - 2 - first));
	for (let y = 0; y < height; y += 1) {
		const [row, out] = [y * width, y * wanted];
		const edge = (x: number): number => data[row + Math.min(last, Math.max(0, x))] as number;
		const mixed = (x: number): number =>
			(edge(x - 1) * w0 + edge(x) * w1 + edge(x + 1) * w2 + edge(x + 2) * w3 + HALF) >> BITS;
		for (let x = 0; x < from; x += 1) target[out + x] = mixed(first + x);
		let x = from;
		if (whole) {
			target.set(data.subarray(row + first + from, row + first + to), out + from);
			x = to;
		} else if (from < to) {
			// Four at a time, each sample read once and handed on: this loop is what a moving crop costs.
			let s = row + first + from - 1;
			let [a, b, c] = [data[s] as number, data[s + 1] as number, data[s + 2] as number];
			for (s += 3; x + 3 < to; x += 4, s += 4) {
				const [o, d, e] = [out + x, data[s] as number, data[s + 1] as number];
				const [f, g] = [data[s + 2] as number, data[s + 3] as number];
				target[o] = (a * w0 + b * w1 + c * w2 + d * w3 + HALF) >> BITS;
				target[o + 1] = (b * w0 + c * w1 + d * w2 + e * w3 + HALF) >> BITS;
				target[o + 2] = (c * w0 + d * w1 + e * w2 + f * w3 + HALF) >> BITS;
				target[o + 3] = (d * w0 + e * w1 + f * w2 + g * w3 + HALF) >> BITS;
				a = e;
				b = f;
				c = g;
			}
		}
		for (; x < wanted; x += 1) target[out + x] = mixed(first + x);
	}
	return { data: new Uint8Array(target.buffer), width: wanted, height };
}

function shiftedDown({ data, width, height }: Plane, at: number, wanted: number): Plane {
	const first = Math.floor(at);
	if (first === 0 && at === first && wanted === height) return { data, width, height };
	const [w0, w1, w2, w3] = weightsAt(at - first);
	const target = new Uint8ClampedArray(width * wanted);
	const rowOf = (y: number): number => Math.min(height - 1, Math.max(0, y)) * width;
	for (let y = 0; y < wanted; y += 1) {
		const [a, b, c, d] = [rowOf(first + y - 1), rowOf(first + y), rowOf(first + y + 1), rowOf(first + y + 2)];
		const out = y * width;
		if (at === first) target.set(data.subarray(b, b + width), out);
		else {
			for (let x = 0; x < width; x += 1) {
				const sum =
					(data[a + x] as number) * w0 +
					(data[b + x] as number) * w1 +
					(data[c + x] as number) * w2 +
					(data[d + x] as number) * w3;
				target[out + x] = (sum + HALF) >> BITS;
			}
		}
	}
	return { data: new Uint8Array(target.buffer), width, height: wanted };
}
