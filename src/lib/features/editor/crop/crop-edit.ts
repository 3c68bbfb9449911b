import { resolveCrop, type CropState, type Ratio, type ResolvedCrop, type Size } from '#core/crop/crop';

export type RatioChoice = 'none' | '9:16' | '4:5' | '1:1' | 'custom';

/** The shapes with a button of their own. */
export const RATIO_PRESETS: Readonly<Record<Exclude<RatioChoice, 'none' | 'custom'>, Ratio>> = {
	'9:16': { width: 9, height: 16 },
	'4:5': { width: 4, height: 5 },
	'1:1': { width: 1, height: 1 },
};

export const RATIO_CHOICES: readonly RatioChoice[] = ['none', '9:16', '4:5', '1:1', 'custom'];

const MAX_ZOOM = 32;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Which button stands for the crop's ratio. */
export function choiceOf(ratio: Ratio | null): RatioChoice {
	if (ratio === null) return 'none';
	if (ratio.width * 16 === ratio.height * 9) return '9:16';
	if (ratio.width * 5 === ratio.height * 4) return '4:5';
	return ratio.width === ratio.height ? '1:1' : 'custom';
}

/** `crop` with the shape of the next button; from a shape of one's own, none. */
export function nextShape(crop: CropState): CropState {
	const next = RATIO_CHOICES[(RATIO_CHOICES.indexOf(choiceOf(crop.ratio)) + 1) % RATIO_CHOICES.length];
	return { ...crop, ratio: next === undefined || next === 'none' || next === 'custom' ? null : RATIO_PRESETS[next] };
}

/** False when `crop` keeps the same pixels of the frame in another shape: a 9:16 film has no other portrait. */
export function changesShape(crop: CropState, frame: Size, shape: keyof typeof RATIO_PRESETS): boolean {
	const now = resolveCrop(crop, frame);
	const then = resolveCrop({ ...crop, ratio: RATIO_PRESETS[shape] }, frame);
	return now.width !== then.width || now.height !== then.height;
}

/** True when nothing is cut away, so that no box needs to be drawn. */
export const keepsAll = (crop: CropState): boolean => crop.ratio === null && crop.zoom === 1;

/** `crop` with its box moved by whole display pixels; stays in the frame. A move starts from the box as it is seen. */
export function moveCrop(crop: CropState, frame: Size, byX: number, byY: number): CropState {
	return placeCrop(crop, frame, resolveCrop(crop, frame), byX, byY);
}

/**
 * `crop` with the box that it had at the start of a drag (`from`) moved by `byX`, `byY` display pixels. Drags measure from their
 * start, so that going past an edge and back returns to the same place.
 */
export function placeCrop(crop: CropState, frame: Size, from: ResolvedCrop, byX: number, byY: number): CropState {
	const x = clamp(from.x + byX, 0, frame.width - from.width) + from.width / 2;
	const y = clamp(from.y + byY, 0, frame.height - from.height) + from.height / 2;
	return { ...crop, centre: { x: clamp(x / frame.width, 0, 1), y: clamp(y / frame.height, 0, 1) } };
}

export interface Corner {
	/** −1 left, 1 right. */
	readonly x: -1 | 1;
	/** −1 top, 1 bottom. */
	readonly y: -1 | 1;
}

/** `crop` with one corner dragged to a point (display pixels); the opposite corner stays, the shape stays. */
export function dragCorner(
	crop: CropState,
	frame: Size,
	from: ResolvedCrop,
	corner: Corner,
	point: { readonly x: number; readonly y: number },
): CropState {
	const largest = resolveCrop({ ...crop, zoom: 1 }, frame);
	const anchorX = corner.x > 0 ? from.x : from.x + from.width;
	const anchorY = corner.y > 0 ? from.y : from.y + from.height;
	const roomX = corner.x > 0 ? frame.width - anchorX : anchorX;
	const roomY = corner.y > 0 ? frame.height - anchorY : anchorY;
	const share = Math.max(
		((point.x - anchorX) * corner.x) / largest.width,
		((point.y - anchorY) * corner.y) / largest.height,
	);
	const fits = Math.min(1, roomX / largest.width, roomY / largest.height);
	const kept = clamp(share, Math.min(1 / MAX_ZOOM, fits), fits);
	const x = anchorX + (corner.x * kept * largest.width) / 2;
	const y = anchorY + (corner.y * kept * largest.height) / 2;
	return {
		...crop,
		zoom: clamp(1 / kept, 1, MAX_ZOOM),
		centre: { x: clamp(x / frame.width, 0, 1), y: clamp(y / frame.height, 0, 1) },
	};
}
