import type { ResolvedCrop, Size } from '../crop/crop.ts';
import type { CropPath } from '../export/export-task.ts';

const even = (value: number): number => Math.max(2, 2 * Math.round(value / 2));
const evenAtMost = (value: number): number => Math.max(2, 2 * Math.floor(value / 2 + 1e-9));
/** Half of `spare`, even. */
const evenOffset = (spare: number): number => 2 * Math.floor(spare / 4 + 1e-9);

/** Bars narrower than this on both sides together are no bars: rounding to even pixels makes them. */
const NO_BAR_PX = 4;

/**
 * Where a picture of the shape `crop` stands on a canvas of size `canvas`: as large as fits, in the middle, in even pixels. Undefined when it fills
 * the canvas but for rounding.
 */
export function letterboxPlace(crop: Size, canvas: Size): ResolvedCrop | undefined {
	const scale = Math.min(canvas.width / crop.width, canvas.height / crop.height);
	const width = Math.min(evenAtMost(canvas.width), even(crop.width * scale));
	const height = Math.min(evenAtMost(canvas.height), even(crop.height * scale));
	if (canvas.width - width < NO_BAR_PX && canvas.height - height < NO_BAR_PX) return undefined;
	return { x: evenOffset(canvas.width - width), y: evenOffset(canvas.height - height), width, height };
}

/** The largest part of `crop` that has the shape of `canvas`, from its middle, in even pixels. */
export function fillCrop(crop: ResolvedCrop, canvas: Size): ResolvedCrop {
	const shape = canvas.width / canvas.height;
	const width = Math.min(crop.width, even(crop.height * shape));
	const height = Math.min(crop.height, even(crop.width / shape));
	if (crop.width - width < NO_BAR_PX && crop.height - height < NO_BAR_PX) return crop;
	return { x: crop.x + evenOffset(crop.width - width), y: crop.y + evenOffset(crop.height - height), width, height };
}

/** `fillCrop` of every box of a crop that moves. */
export function fillPath(path: CropPath, canvas: Size): CropPath {
	const boxes = path.x.map((x, i) =>
		fillCrop({ x, y: path.y[i] ?? 0, width: path.width[i] ?? 2, height: path.height[i] ?? 2 }, canvas),
	);
	return {
		x: boxes.map(({ x }) => x),
		y: boxes.map(({ y }) => y),
		width: boxes.map(({ width }) => width),
		height: boxes.map(({ height }) => height),
	};
}
