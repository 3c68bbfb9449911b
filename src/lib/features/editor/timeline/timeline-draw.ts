import { frameAt, timeOfFrame, type FrameIndex } from '#core/frame-index';
import type { LaneBox, Lanes } from './timeline-lanes.ts';
import { endOfView, timeToX, type TimelineExtent, type TimelineView } from './timeline-scale.ts';
import { ticksOf } from './timeline-ticks.ts';

export interface TimelineColours {
	readonly ground: string;
	readonly ruler: string;
	readonly line: string;
	readonly text: string;
	readonly faint: string;
	readonly segment: string;
	readonly segmentEdge: string;
	readonly segmentText: string;
	readonly chosen: string;
	readonly chosenEdge: string;
	readonly onChosen: string;
	readonly pending: string;
}

export interface TimelinePicture {
	readonly view: TimelineView;
	readonly extent: TimelineExtent;
	readonly lanes: Lanes;
	readonly nameOf: (id: string) => string;
	readonly selectedId: string | undefined;
	readonly hoveredId: string | undefined;
	/** The IN mark that waits for an OUT, and how far its span reaches now, in seconds. */
	readonly pending: { readonly fromS: number; readonly toS: number } | undefined;
	readonly index: FrameIndex | undefined;
	readonly rulerPx: number;
	readonly laneBox: LaneBox;
	readonly heightPx: number;
	readonly colours: TimelineColours;
	readonly font: string;
}

const GAP_PX = 2;
/** From this width of a frame on, single frames are told apart. */
const FRAME_GRID_PX = 8;

/** Draws ruler, segments and the pending mark. Costs a few milliseconds for ten thousand segments. */
export function drawTimeline(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, heightPx, colours } = picture;
	context.clearRect(0, 0, view.widthPx, heightPx);
	context.font = picture.font;
	context.textBaseline = 'middle';
	drawGround(context, picture);
	drawRuler(context, picture);
	drawFrames(context, picture);
	if (picture.pending !== undefined) {
		const left = timeToX(view, picture.pending.fromS);
		const right = Math.max(left + 2, timeToX(view, picture.pending.toS));
		context.fillStyle = colours.pending;
		context.globalAlpha = 0.18;
		context.fillRect(left, picture.laneBox.top, right - left, picture.laneBox.height);
		context.globalAlpha = 1;
	}
	drawSegments(context, picture);
}

function drawGround(context: CanvasRenderingContext2D, { view, extent, laneBox, colours }: TimelinePicture): void {
	const left = Math.max(0, timeToX(view, extent.firstS));
	const right = Math.min(view.widthPx, timeToX(view, extent.endS));
	context.fillStyle = colours.ground;
	context.fillRect(left, laneBox.top, right - left, laneBox.height);
}

function drawRuler(context: CanvasRenderingContext2D, { view, rulerPx, colours }: TimelinePicture): void {
	for (const { timeS, label } of ticksOf(view)) {
		const x = Math.round(timeToX(view, timeS)) + 0.5;
		context.strokeStyle = label === undefined ? colours.line : colours.faint;
		context.beginPath();
		context.moveTo(x, rulerPx - (label === undefined ? 4 : 8));
		context.lineTo(x, rulerPx);
		context.stroke();
		if (label === undefined) continue;
		context.fillStyle = colours.text;
		const width = context.measureText(label).width;
		// The last label turns to the left of its tick rather than being cut.
		context.fillText(label, x + 4 + width > view.widthPx ? x - 4 - width : x + 4, rulerPx / 2 - 2);
	}
}

/** A hairline at every frame, a stronger one at key frames, once frames are wide enough. */
function drawFrames(
	context: CanvasRenderingContext2D,
	{ view, extent, index, laneBox, colours }: TimelinePicture,
): void {
	if (index === undefined || extent.frameS / view.secondsPerPx < FRAME_GRID_PX) return;
	const last = frameAt(index, endOfView(view));
	for (let n = frameAt(index, view.startS); n <= last; n += 1) {
		const x = Math.round(timeToX(view, timeOfFrame(index, n))) + 0.5;
		const key = index.key[n] === 1;
		context.strokeStyle = key ? colours.faint : colours.line;
		context.beginPath();
		context.moveTo(x, laneBox.top + (key ? 0 : laneBox.height * 0.2));
		context.lineTo(x, laneBox.top + laneBox.height * (key ? 1 : 0.8));
		context.stroke();
	}
}

function drawSegments(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, lanes, laneBox } = picture;
	const rowPx = laneBox.height / lanes.count;
	const endS = endOfView(view);
	let chosen: (() => void) | undefined;
	for (const { span, lane } of lanes.spans) {
		if (span.inS > endS) break;
		if (span.outS < view.startS) continue;
		// Beyond the rim only a little is drawn: a box millions of pixels wide costs time.
		const left = Math.max(-8, timeToX(view, span.inS));
		const right = Math.min(view.widthPx + 8, timeToX(view, span.outS));
		const box = {
			x: left,
			y: laneBox.top + lane * rowPx + 1,
			width: Math.max(2, right - left),
			height: rowPx - GAP_PX,
		};
		if (span.id === picture.selectedId) chosen = () => drawSegment(context, picture, span.id, box);
		else drawSegment(context, picture, span.id, box);
	}
	chosen?.();
}

function drawSegment(
	context: CanvasRenderingContext2D,
	{ colours, selectedId, hoveredId, nameOf }: TimelinePicture,
	id: string,
	box: { x: number; y: number; width: number; height: number },
): void {
	const chosen = id === selectedId;
	context.fillStyle = chosen ? colours.chosen : colours.segment;
	context.strokeStyle = chosen || id === hoveredId ? colours.chosenEdge : colours.segmentEdge;
	context.lineWidth = 1;
	context.beginPath();
	if (box.width > 6) context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 4);
	else context.rect(box.x, box.y, box.width, box.height);
	context.fill();
	if (box.width > 3) context.stroke();
	if (box.width < 44 || box.height < 12) return;
	context.save();
	context.clip();
	context.fillStyle = chosen ? colours.onChosen : colours.segmentText;
	context.fillText(nameOf(id), Math.max(0, box.x) + 14, box.y + Math.min(box.height / 2, 14));
	context.restore();
}
