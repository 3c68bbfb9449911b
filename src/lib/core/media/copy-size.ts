interface Shape {
	readonly width: number;
	readonly height: number;
}

/** What a picture has to fit into: the shorter and the longer side, in pixels. */
export interface CopyBox {
	readonly lines: number;
	readonly columns: number;
}

/** Of a server's copies, by quality; `high` has the size of the original. */
export const COPY_BOXES = {
	potato: { lines: 480, columns: 854 },
	low: { lines: 720, columns: 1280 },
	medium: { lines: 1080, columns: 1920 },
	high: { lines: Infinity, columns: Infinity },
} as const satisfies Readonly<Record<string, CopyBox>>;

/** The largest size of the shape that lies within the box; never larger than the picture; even. */
export function fitInto({ width, height }: Shape, { lines, columns }: CopyBox): Shape {
	return scaled({ width, height }, Math.min(1, columns / Math.max(width, height), lines / Math.min(width, height)));
}

/** As many pixels wide, or as wide as the picture if that is less; even. */
export const widthOf = ({ width, height }: Shape, wanted: number): Shape =>
	scaled({ width, height }, Math.min(1, wanted / width));

function scaled({ width, height }: Shape, factor: number): Shape {
	const even = (pixels: number): number => Math.max(2, 2 * Math.round((pixels * factor) / 2));
	return { width: even(width), height: even(height) };
}
