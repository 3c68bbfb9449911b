import type { ResolvedCrop, Size } from '#core/crop/crop';

export type Rotation = 0 | 90 | 180 | 270;

/** Pixels of the coded picture. */
export interface Rectangle {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/**
 * The coded pixels behind a crop of the displayed picture.
 *
 * `display` is the size after pixel aspect and a clockwise turn by `rotation`; `visible` is the part of the coded picture that is shown.
 * Offsets and sizes are even (4:2:0 has one chroma sample per two pixels), so with non-square pixels an edge may lie one coded pixel away.
 */
export function codedRectangle(crop: ResolvedCrop, display: Size, rotation: Rotation, visible: Rectangle): Rectangle {
	const upright = unturn(crop, display, rotation);
	const turned = rotation === 90 || rotation === 270;
	const across = visible.width / (turned ? display.height : display.width);
	const down = visible.height / (turned ? display.width : display.height);
	const width = evenLength(upright.width * across, visible.width);
	const height = evenLength(upright.height * down, visible.height);
	return {
		x: visible.x + evenOffset(upright.x * across, visible.width - width),
		y: visible.y + evenOffset(upright.y * down, visible.height - height),
		width,
		height,
	};
}

/** The crop before the turn: a picture turned 90° clockwise shows its left edge at the top, from bottom to top. */
function unturn({ x, y, width, height }: Rectangle, display: Size, rotation: Rotation): Rectangle {
	switch (rotation) {
		case 0:
			return { x, y, width, height };
		case 90:
			return { x: y, y: display.width - x - width, width: height, height: width };
		case 180:
			return { x: display.width - x - width, y: display.height - y - height, width, height };
		case 270:
			return { x: display.height - y - height, y: x, width: height, height: width };
	}
}

const evenLength = (length: number, limit: number): number =>
	Math.max(Math.min(2, limit), Math.min(2 * Math.round(length / 2), 2 * Math.floor(limit / 2)));

const evenOffset = (offset: number, limit: number): number =>
	Math.min(2 * Math.round(offset / 2), 2 * Math.floor(Math.max(0, limit) / 2));
