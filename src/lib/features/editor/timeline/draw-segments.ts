import type { Segment } from '#core/project/project';
import { rangeIn, type LaidSpan } from './timeline-lanes.ts';
import { sidesOf, type TimelinePicture } from './timeline-picture.ts';
import { endOfView } from './timeline-scale.ts';

const GAP_PX = 2;
/** Narrower ones are a plain bar, and several in one column of pixels are one. */
const NARROW_PX = 3;

interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Segments in view, the chosen one on top. What is out of view costs nothing, what is too small to see next to nothing. */
export function drawSegments(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, lanes, colours, selectedId, draft } = picture;
	const { from, to } = rangeIn(lanes, view.startS, endOfView(view));
	/** How far each row is painted already by narrow ones, in pixels. */
	const paintedTo = new Float64Array(lanes.count).fill(-Infinity);
	let chosen: LaidSpan<Segment> | undefined;
	context.lineWidth = 1;
	context.fillStyle = colours.segmentEdge;
	for (let n = from; n < to; n += 1) {
		const laid = lanes.spans[n];
		if (laid === undefined || laid.span.outS < view.startS) continue;
		const { span, lane } = laid;
		if (span.id === selectedId || span.id === draft?.id) {
			chosen = laid;
			continue;
		}
		const { left, right } = sidesOf(view, span.inS, span.outS);
		if (right - left > NARROW_PX) {
			drawSegment(context, picture, span, boxOf(picture, lane, left, right));
			context.fillStyle = colours.segmentEdge;
			continue;
		}
		const column = Math.floor(left);
		const end = Math.max(column + 1, Math.ceil(right));
		const start = Math.max(column, paintedTo[lane] ?? -Infinity);
		if (end <= start) continue;
		const { y, height } = boxOf(picture, lane, 0, 0);
		context.fillRect(start, y, end - start, height);
		paintedTo[lane] = end;
	}
	if (chosen === undefined) return;
	const span = draft?.id === chosen.span.id ? draft : chosen.span;
	const { left, right } = sidesOf(view, span.inS, span.outS);
	drawSegment(context, picture, chosen.span, boxOf(picture, chosen.lane, left, right));
}

function boxOf({ layout, lanes }: TimelinePicture, lane: number, left: number, right: number): Box {
	const { top, height } = layout.lanes;
	const rowPx = height / lanes.count;
	return { x: left, y: top + lane * rowPx + 1, width: Math.max(2, right - left), height: rowPx - GAP_PX };
}

function drawSegment(
	context: CanvasRenderingContext2D,
	{ colours, selectedId, hoveredId, nameOf }: TimelinePicture,
	segment: Segment,
	box: Box,
): void {
	const chosen = segment.id === selectedId;
	context.fillStyle = chosen ? colours.chosen : colours.segment;
	context.strokeStyle = chosen || segment.id === hoveredId ? colours.chosenEdge : colours.segmentEdge;
	context.beginPath();
	if (box.width > 6) context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 4);
	else context.rect(box.x, box.y, box.width, box.height);
	context.fill();
	context.stroke();
	if (box.width < 44 || box.height < 12) return;
	context.save();
	context.clip();
	context.fillStyle = chosen ? colours.onChosen : colours.segmentText;
	context.fillText(nameOf(segment), Math.max(0, box.x) + 14, box.y + Math.min(box.height / 2, 14));
	context.restore();
}
