import type { CameraPath, PicturePlace } from '#core/crop/camera-path';
import { frameAt, framesBefore, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import { DOT_PX, extremesOf, valueToY } from './path-curve.ts';
import type { Band } from './timeline-layout.ts';
import type { CurvesView } from './timeline-overlays.ts';
import { sidesOf, type TimelinePicture } from './timeline-picture.ts';
import { endOfView, timeToX, xToTime } from './timeline-scale.ts';

/** As the subject's box over the picture; darker where the ground is light. */
const [GOLD, DARK_GOLD, OUTLINE] = ['#e3b341', '#8a6100', '#121213'];
/** What tells at a glance where the crop follows, in CSS pixels. */
const RIBBON_PX = 2;

/** Where the crop follows, and the way it takes: a column of pixels at a time, however long the file is. */
export function drawCurves(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, layout, curves, index, colours } = picture;
	if (curves === null || index === undefined) return;
	const band = curves.shown ? layout.curve : null;
	for (const path of curves.paths) {
		if (path.inS > endOfView(view) || path.outS < view.startS) continue;
		const { left, right } = sidesOf(view, path.inS, path.outS);
		context.fillStyle = colours.light ? DARK_GOLD : GOLD;
		context.fillRect(left, layout.ruler.height - RIBBON_PX, Math.max(1, right - left), RIBBON_PX);
		if (band === null) continue;
		drawGround(context, picture, band, left, right);
		context.fillStyle = context.strokeStyle = isOver(picture, band) || !colours.light ? GOLD : DARK_GOLD;
		drawCurve(context, picture, { path, band, curves, index });
		drawPlaces(context, picture, { path, band, curves });
	}
	if (band !== null) drawDraft(context, picture, band, curves);
}

const isOver = ({ layout: { strip } }: TimelinePicture, { top }: Band): boolean =>
	strip !== null && top < strip.top + strip.height;

function drawGround(
	context: CanvasRenderingContext2D,
	picture: TimelinePicture,
	{ top, height }: Band,
	left: number,
	right: number,
): void {
	// Over pictures, on a shade of its own.
	if (isOver(picture, { top, height })) context.fillStyle = 'rgb(0 0 0 / 45%)';
	else context.globalAlpha = 0.14;
	context.fillRect(left, top, Math.max(1, right - left), height);
	context.globalAlpha = 1;
}

interface Drawn {
	readonly path: CameraPath;
	readonly band: Band;
	readonly curves: CurvesView;
}

function drawCurve(
	context: CanvasRenderingContext2D,
	{ view }: TimelinePicture,
	{ path, band, curves, index }: Drawn & { readonly index: FrameIndex },
): void {
	const extremes = extremesOf(path, curves.axis);
	const first = framesBefore(index, path.inS);
	const from = Math.max(0, Math.floor(timeToX(view, path.inS)));
	const to = Math.min(view.widthPx, Math.ceil(timeToX(view, path.outS)));
	context.lineWidth = 1.5;
	context.lineJoin = 'round';
	context.beginPath();
	let drawn = -1;
	for (let x = from; x <= to; x += 1) {
		const nth = frameAt(index, xToTime(view, x)) - first;
		const after = Math.max(nth + 1, frameAt(index, xToTime(view, x + 1)) - first);
		const column = extremes.range(nth, after);
		// Wide frames: one corner each, where the frame begins.
		if (column === undefined || nth === drawn) continue;
		drawn = nth;
		const atX = after - nth > 1 ? x : Math.max(from, timeToX(view, timeOfFrame(index, first + Math.max(0, nth))));
		context.lineTo(atX, valueToY(curves, band, column.least));
		if (column.greatest > column.least) context.lineTo(atX, valueToY(curves, band, column.greatest));
	}
	const last = extremes.range(Math.min(extremes.length, drawn + 1) - 1, drawn + 1);
	if (last !== undefined) context.lineTo(Math.min(to, timeToX(view, path.outS)), valueToY(curves, band, last.least));
	context.stroke();
	context.lineWidth = 1;
}

/** Dots are places that the path goes through, rings are clicks on who is followed. */
function drawPlaces(context: CanvasRenderingContext2D, { view }: TimelinePicture, { path, band, curves }: Drawn): void {
	const at = (place: PicturePlace): readonly [number, number] => [
		timeToX(view, place.atS),
		valueToY(curves, band, place[curves.axis]),
	];
	const { fillStyle } = context;
	for (const pick of path.picks) {
		const [x, y] = at(pick);
		if (x < -DOT_PX || x > view.widthPx + DOT_PX) continue;
		context.beginPath();
		context.arc(x, y, DOT_PX - 1, 0, 2 * Math.PI);
		context.stroke();
	}
	for (const fix of path.fixes) {
		const [x, y] = at(fix);
		if (x < -DOT_PX || x > view.widthPx + DOT_PX) continue;
		drawDot(context, x, y, fillStyle);
	}
}

function drawDot(
	context: CanvasRenderingContext2D,
	x: number,
	y: number,
	fill: CanvasRenderingContext2D['fillStyle'],
): void {
	const { strokeStyle } = context;
	context.beginPath();
	context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
	context.fillStyle = fill;
	context.fill();
	context.strokeStyle = OUTLINE;
	context.stroke();
	context.strokeStyle = strokeStyle;
}

/** Where the crop is being put. */
function drawDraft(
	context: CanvasRenderingContext2D,
	{ view, colours }: TimelinePicture,
	band: Band,
	curves: CurvesView,
): void {
	const { draft } = curves;
	if (draft === null) return;
	const [x, y] = [timeToX(view, draft.atS), valueToY(curves, band, draft.value)];
	context.fillStyle = colours.chosenEdge;
	context.fillRect(Math.round(x), band.top, 1, band.height);
	drawDot(context, x, y, colours.chosenEdge);
}
