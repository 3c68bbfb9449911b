import type { ResolvedCrop, Size } from '#core/crop/crop';
import type { Plane } from './planes.ts';

const even = (value: number): number => Math.max(2, 2 * Math.round(value / 2));

/**
 * A canvas in the pixels of a picture of size `picture` that stands at `place` on a canvas of size `canvas`: an encoder that stretches it to `canvas`
 * puts the picture in its place, to about one of its own pixels.
 */
export function ownCanvas(picture: Size, place: ResolvedCrop, canvas: Size): { canvas: Size; at: ResolvedCrop } {
	const [across, down] = [picture.width / place.width, picture.height / place.height];
	const own = { width: even(canvas.width * across), height: even(canvas.height * down) };
	const width = Math.max(own.width, picture.width);
	const height = Math.max(own.height, picture.height);
	return {
		canvas: { width, height },
		at: {
			x: Math.min(2 * Math.round((place.x * across) / 2), width - picture.width),
			y: Math.min(2 * Math.round((place.y * down) / 2), height - picture.height),
			width: picture.width,
			height: picture.height,
		},
	};
}

/** 4:2:0 planes of size `canvas`, black but for `planes` at `at`. */
export function padded(planes: readonly Plane[], canvas: Size, at: ResolvedCrop, black: number): readonly Plane[] {
	return planes.map((plane, p) => {
		const part = p === 0 ? 1 : 2;
		const [width, height] = [Math.ceil(canvas.width / part), Math.ceil(canvas.height / part)];
		const data = new Uint8Array(width * height).fill(p === 0 ? black : 128);
		const [left, top] = [at.x / part, at.y / part];
		const columns = Math.min(plane.width, width - left);
		for (let y = 0; y < plane.height && top + y < height; y += 1) {
			data.set(plane.data.subarray(y * plane.width, y * plane.width + columns), (top + y) * width + left);
		}
		return { data, width, height };
	});
}

/** Both pictures at once, in the planes of `under`: `share` (0..1) of `over`. Both are of one size. */
export function mixPlanes(under: readonly Plane[], over: readonly Plane[], share: number): readonly Plane[] {
	const weight = Math.round(share * 256);
	under.forEach(({ data: below }, p) => {
		const above = over[p]?.data ?? below;
		for (let i = 0; i < below.length; i += 1) {
			below[i] = ((below[i] as number) * (256 - weight) + (above[i] as number) * weight + 128) >> 8;
		}
	});
	return under;
}

/** 8-bit RGBA pixels as 4:2:0 planes in limited-range BT.709; chroma is the mean of four pixels. Even sides only. */
export function planesOfRgba(data: Uint8ClampedArray, { width, height }: Size): readonly Plane[] {
	const luma = new Uint8Array(width * height);
	const [columns, rows] = [width / 2, height / 2];
	const blue = new Uint8Array(columns * rows);
	const red = new Uint8Array(columns * rows);
	for (let i = 0; i < luma.length; i += 1) {
		const at = 4 * i;
		const grey = 0.1826 * (data[at] as number) + 0.6142 * (data[at + 1] as number) + 0.062 * (data[at + 2] as number);
		luma[i] = grey + 16.5;
	}
	for (let y = 0; y < rows; y += 1) {
		for (let x = 0; x < columns; x += 1) {
			let [r, g, b] = [0, 0, 0];
			for (const at of [0, 4, 4 * width, 4 * width + 4]) {
				const from = 4 * (2 * y * width + 2 * x) + at;
				r += data[from] as number;
				g += data[from + 1] as number;
				b += data[from + 2] as number;
			}
			blue[y * columns + x] = (-0.1006 * r - 0.3386 * g + 0.4392 * b) / 4 + 128.5;
			red[y * columns + x] = (0.4392 * r - 0.3989 * g - 0.0403 * b) / 4 + 128.5;
		}
	}
	return [
		{ data: luma, width, height },
		{ data: blue, width: columns, height: rows },
		{ data: red, width: columns, height: rows },
	];
}
