import type { Picture } from '$lib/media/analysis/picture-maker';
import type { Tensors } from './tensor.ts';

/** Mean difference of a right answer, as a share of the answer's own size: rounding is a thousandth of it, a wrong shader all of it. */
const AGREEMENT = 0.01;

/** A picture with edges, slopes and noise, the same each time. */
export function testPicture(width: number, height: number): Picture {
	const rgba = new Uint8ClampedArray(4 * width * height);
	let state = 12345;
	for (let y = 0, at = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1, at += 4) {
			state = (state * 1103515245 + 12345) % 2147483648;
			const noise = (state / 2147483648) * 24;
			const disc = Math.hypot(x / width - 0.5, y / height - 0.35) < 0.12;
			const body = Math.abs(x / width - 0.5) < 0.14 && y / height > 0.48 && y / height < 0.92;
			rgba[at] = noise + (disc ? 205 : body ? 60 : (200 * x) / width);
			rgba[at + 1] = noise + (disc ? 160 : body ? 70 : (180 * y) / height);
			rgba[at + 2] = noise + (disc ? 130 : body ? 150 : 110);
			rgba[at + 3] = 255;
		}
	}
	return { width, height, rgba };
}

/** Whether two back ends gave the same answer, up to rounding. */
export function agree(one: Tensors, other: Tensors): boolean {
	return Object.entries(other).every(([name, { data }]) => {
		const mine = one[name]?.data;
		if (mine?.length !== data.length) return false;
		let [difference, size] = [0, 0];
		for (let n = 0; n < data.length; n += 1) {
			difference += ((mine[n] as number) - (data[n] as number)) ** 2;
			size += (data[n] as number) ** 2;
		}
		return difference <= AGREEMENT ** 2 * size + 1e-12;
	});
}
