import { frameAt, timeOfFrame } from '#core/time/frame-index';
import { countBefore } from '#core/time/count-before';
import { drawCurves } from './draw-curves.ts';
import { drawStrip, drawWave } from './draw-media.ts';
import { drawBatch, drawFound, drawMarks } from './draw-overlays.ts';
import { drawSegments } from './draw-segments.ts';
import { drawLine, type TimelinePicture } from './timeline-picture.ts';
import { endOfView, timeToX } from './timeline-scale.ts';
import { ticksOf } from './timeline-ticks.ts';

/** From this width of a frame on, single frames are told apart. */
const FRAME_GRID_PX = 8;
/** From this mean distance on, key frames are. */
const KEY_TICK_PX = 14;

/** Draws everything, in a few milliseconds whatever the length of the file and the number of segments. */
export function drawTimeline(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, heightPx, colours, layout } = picture;
	context.clearRect(0, 0, view.widthPx, heightPx);
	context.font = picture.font;
	context.textBaseline = 'middle';
	context.lineWidth = 1;
	drawGround(context, picture);
	drawStrip(context, picture);
	drawWave(context, picture);
	drawRuler(context, picture);
	drawFrames(context, picture);
	drawKeyTicks(context, picture);
	if (picture.pending !== undefined) {
		const left = timeToX(view, picture.pending.fromS);
		const right = Math.max(left + 2, timeToX(view, picture.pending.toS));
		context.fillStyle = colours.pending;
		context.globalAlpha = 0.18;
		context.fillRect(left, layout.lanes.top, right - left, layout.lanes.height);
		context.globalAlpha = 1;
	}
	drawSegments(context, picture);
	drawFound(context, picture);
	drawCurves(context, picture);
	drawBatch(context, picture);
	drawMarks(context, picture);
}

function drawGround(context: CanvasRenderingContext2D, { view, extent, layout, colours }: TimelinePicture): void {
	const left = Math.max(0, timeToX(view, extent.firstS));
	const right = Math.min(view.widthPx, timeToX(view, extent.endS));
	context.fillStyle = colours.ground;
	for (const band of [layout.strip, layout.wave, layout.curve, layout.lanes]) {
		if (band !== null) context.fillRect(left, band.top, right - left, band.height);
	}
}

function drawRuler(context: CanvasRenderingContext2D, { view, layout, colours }: TimelinePicture): void {
	const { height } = layout.ruler;
	let free = -Infinity;
	for (const { timeS, label } of ticksOf(view)) {
		const x = Math.round(timeToX(view, timeS));
		const long = label === undefined ? 4 : 8;
		context.fillStyle = label === undefined ? colours.line : colours.faint;
		context.fillRect(x, height - long, 1, long);
		if (label === undefined) continue;
		context.fillStyle = colours.text;
		const width = context.measureText(label).width;
		// The last label turns to the left of its tick rather than being cut, when there is room.
		const left = x + 4 + width > view.widthPx ? x - 4 - width : x + 4;
		if (left < free) continue;
		context.fillText(label, left, height / 2 - 2);
		free = left + width + 4;
	}
}

/** A hairline at every frame, a stronger one at key frames, once frames are wide enough. */
function drawFrames(
	context: CanvasRenderingContext2D,
	{ view, extent, index, layout: { lanes }, colours }: TimelinePicture,
): void {
	if (index === undefined || extent.frameS / view.secondsPerPx < FRAME_GRID_PX) return;
	const last = frameAt(index, endOfView(view));
	for (let n = frameAt(index, view.startS); n <= last; n += 1) {
		const key = index.key[n] === 1;
		context.fillStyle = key ? colours.faint : colours.line;
		const [top, height] = key ? [lanes.top, lanes.height] : [lanes.top + lanes.height * 0.2, lanes.height * 0.6];
		drawLine(context, timeToX(view, timeOfFrame(index, n)), { top, height });
	}
}

/** Ticks hanging from the ruler at key frames, where copying can cut, once they are far enough apart to be aimed at. */
function drawKeyTicks(
	context: CanvasRenderingContext2D,
	{ view, extent, keys, layout, colours }: TimelinePicture,
): void {
	if (keys === undefined) return;
	const meanS = (extent.endS - extent.firstS) / Math.max(1, keys.timesS.length);
	if (meanS / view.secondsPerPx < KEY_TICK_PX) return;
	const { top } = layout.strip ?? layout.wave ?? layout.lanes;
	const endS = endOfView(view);
	context.fillStyle = colours.chosenEdge;
	for (let n = countBefore(keys.timesS, view.startS); (keys.timesS[n] ?? Infinity) <= endS; n += 1) {
		drawLine(context, timeToX(view, keys.timesS[n] ?? 0), { top, height: 6 });
	}
}
