import { countBefore } from '#core/time/count-before';
import { drawLine, sidesOf, type TimelinePicture } from './timeline-picture.ts';
import type { Band } from './timeline-layout.ts';
import type { KeyframeView } from './timeline-overlays.ts';
import { endOfView, timeToX } from './timeline-scale.ts';

/** Half of a diamond, and the width of a marker's flag, in CSS pixels. */
export const DIAMOND_PX = 6;
export const FLAG_PX = 12;

/** Gold is a crop that a person set; red is drawn to portrait at random, blue to a square. */
const DIAMONDS = { plain: '#e3b341', portrait: '#e5484d', square: '#4c8dff' } as const;
const OUTLINE = '#121213';

/** A colour of its own for each profile: the same on every device. */
function profileColour(profile: string, light: boolean): string {
	let hash = 7;
	for (const sign of profile) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 360;
	return `hsl(${hash} 62% ${light ? 38 : 64}%)`;
}

/** The span of the batch that is being placed, and its clips as bars that overlap in steps. */
export function drawBatch(
	context: CanvasRenderingContext2D,
	{ view, layout, batchBox, colours }: TimelinePicture,
): void {
	if (batchBox === null || batchBox.inS > endOfView(view) || batchBox.outS < view.startS) return;
	const { left, right } = sidesOf(view, batchBox.inS, batchBox.outS);
	const top = layout.ruler.height;
	const height = layout.lanes.top + layout.lanes.height - top;
	context.fillStyle = colours.pending;
	context.globalAlpha = 0.12;
	context.fillRect(left, top, right - left, height);
	context.globalAlpha = 1;
	context.strokeStyle = colours.pending;
	context.setLineDash([5, 3]);
	context.strokeRect(Math.round(left) + 0.5, top + 0.5, Math.max(1, Math.round(right - left) - 1), height - 1);
	context.setLineDash([]);
	const rows = Math.max(1, Math.floor(height / 2 / 5));
	batchBox.clips.forEach((clip, n) => {
		const sides = sidesOf(view, clip.inS, clip.outS);
		const width = Math.max(2, sides.right - sides.left - 1);
		if (width > 0) context.fillRect(sides.left, top + height - 4 - (n % rows) * 5, width, 3);
	});
}

/** Scene cuts and silences. */
export function drawFound(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, layout, colours, cutsS, silences } = picture;
	context.fillStyle = colours.found;
	if (silences.length > 0) {
		const band = layout.wave ?? layout.lanes;
		context.globalAlpha = 0.28;
		const from = Math.max(0, countBefore(startsOf(silences), view.startS) - 1);
		for (let n = from; n < silences.length; n += 1) {
			const span = silences[n];
			if (span === undefined || span.inS > endOfView(view)) break;
			const { left, right } = sidesOf(view, span.inS, span.outS);
			if (right > left) context.fillRect(left, band.top, Math.max(1, right - left), band.height);
		}
		context.globalAlpha = 1;
	}
	const band = layout.strip ?? layout.lanes;
	let last = -1;
	for (let n = countBefore(cutsS, view.startS); n < cutsS.length; n += 1) {
		const x = Math.round(timeToX(view, cutsS[n] ?? 0));
		if (x > view.widthPx) break;
		if (x === last) continue;
		last = x;
		drawLine(context, x, band);
		context.fillRect(x - 2, band.top, 5, 3);
	}
}

let starts: { readonly of: TimelinePicture['silences']; readonly insS: Float64Array } | undefined;
/** When the silences begin, made once for each list of them. */
function startsOf(silences: TimelinePicture['silences']): Float64Array {
	if (starts?.of !== silences) starts = { of: silences, insS: Float64Array.from(silences, ({ inS }) => inS) };
	return starts.insS;
}

/** Flags of exported groups, then diamonds of crop keyframes on top. */
export function drawMarks(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, layout, markers, keyframes, keyframeDraft, colours } = picture;
	const band = layout.marks;
	if (band === null) return;
	const endS = endOfView(view) + DIAMOND_PX * view.secondsPerPx;
	for (const { atS, spanS, profile } of markers) {
		if (atS > endS) break;
		if (atS + spanS < view.startS && atS + FLAG_PX * view.secondsPerPx < view.startS) continue;
		const { left, right } = sidesOf(view, atS, atS + spanS);
		context.fillStyle = profileColour(profile, colours.light);
		context.globalAlpha = 0.45;
		context.fillRect(left, band.top + band.height - 3, Math.max(1, right - left), 3);
		context.globalAlpha = 1;
		const x = timeToX(view, atS);
		if (x > -FLAG_PX) drawFlag(context, x, band);
	}
	for (const keyframe of keyframes) {
		const atS = keyframeDraft?.fromS === keyframe.atS ? keyframeDraft.toS : keyframe.atS;
		const x = timeToX(view, atS);
		if (x > -DIAMOND_PX && x < view.widthPx + DIAMOND_PX) drawDiamond(context, x, band, keyframe);
	}
}

function drawFlag(context: CanvasRenderingContext2D, atX: number, { top, height }: Band): void {
	const x = Math.round(atX);
	context.fillRect(x, top, 1, height);
	context.beginPath();
	context.moveTo(x, top + 1);
	context.lineTo(x + FLAG_PX, top + 1);
	context.lineTo(x + FLAG_PX - 3, top + 5.5);
	context.lineTo(x + FLAG_PX, top + 10);
	context.lineTo(x, top + 10);
	context.fill();
}

function drawDiamond(
	context: CanvasRenderingContext2D,
	x: number,
	{ top, height }: Band,
	{ randomPortrait, randomSquare }: KeyframeView,
): void {
	const y = top + height / 2;
	const half = (side: -1 | 1): void => {
		context.beginPath();
		context.moveTo(x, y - DIAMOND_PX);
		context.lineTo(x + side * DIAMOND_PX, y);
		context.lineTo(x, y + DIAMOND_PX);
		context.fill();
	};
	context.fillStyle = randomPortrait ? DIAMONDS.portrait : randomSquare ? DIAMONDS.square : DIAMONDS.plain;
	half(-1);
	if (randomPortrait && randomSquare) context.fillStyle = DIAMONDS.square;
	half(1);
	context.strokeStyle = OUTLINE;
	context.beginPath();
	context.moveTo(x, y - DIAMOND_PX);
	context.lineTo(x + DIAMOND_PX, y);
	context.lineTo(x, y + DIAMOND_PX);
	context.lineTo(x - DIAMOND_PX, y);
	context.closePath();
	context.stroke();
}
