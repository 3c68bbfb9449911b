import type { Peaks } from '$lib/media/waveform';
import { sidesOf, type TimelinePicture } from './timeline-picture.ts';
import { timeToX } from './timeline-scale.ts';
import { slotSeconds } from '$lib/media/strip';

/** Pictures of key frames, side by side; a place whose picture has not come is left as it is. */
export function drawStrip(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, media, layout } = picture;
	const band = layout.strip;
	if (band === null || media === undefined) return;
	const tilePx = media.tilePx(band.height);
	const slotS = slotSeconds(view.secondsPerPx, tilePx);
	const end = timeToX(view, picture.extent.endS);
	for (const slot of media.slots(view, tilePx)) {
		const tile = media.picture(slot);
		if (tile === undefined) continue;
		const left = timeToX(view, slot.atS);
		const width = Math.min(end, timeToX(view, slot.atS + slotS) - 1) - left;
		if (width <= 0) continue;
		// A slot is narrower than its picture: the middle of it is shown.
		const shown = Math.min(tile.width, (tile.width * width) / tilePx);
		context.drawImage(tile, (tile.width - shown) / 2, 0, shown, tile.height, left, band.top, width, band.height);
	}
}

/** Height of a peak as a share of the band: quiet sound is drawn larger than it is, or speech would be a thin line. */
const HEIGHTS = Float32Array.from({ length: 128 }, (_, peak) => (peak / 127) ** 0.6);

/** Used again for every drawing. */
let peaks: Peaks = { min: new Int8Array(0), max: new Int8Array(0) };

/** The sound, a column a pixel. */
export function drawWave(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
	const { view, media, layout, colours, extent } = picture;
	const { wave: band, strip } = layout;
	const pyramid = media?.waveform?.pyramid;
	if (band === null || pyramid === undefined) return;
	const { left, right } = sidesOf(view, extent.firstS, extent.endS);
	const [from, width] = [Math.max(0, Math.floor(left)), Math.ceil(Math.min(view.widthPx, right))];
	if (width <= from) return;
	if (peaks.min.length !== width) peaks = { min: new Int8Array(width), max: new Int8Array(width) };
	pyramid.peaks(view.startS, view.secondsPerPx, peaks);
	const middle = band.top + band.height / 2;
	const scale = band.height / 2 - 1;
	if (strip !== null && band.top < strip.top + strip.height) {
		// Over pictures, on a shade of its own.
		context.fillStyle = 'rgb(0 0 0 / 45%)';
		context.fillRect(from, band.top, width - from, band.height);
		context.fillStyle = '#d5d6d9';
	} else {
		context.fillStyle = colours.wave;
	}
	context.beginPath();
	context.moveTo(from, middle);
	for (let x = from; x < width; x += 1)
		context.lineTo(x + 0.5, middle - 0.5 - (HEIGHTS[peaks.max[x] ?? 0] ?? 0) * scale);
	for (let x = width - 1; x >= from; x -= 1)
		context.lineTo(x + 0.5, middle + 0.5 + (HEIGHTS[-(peaks.min[x] ?? 0)] ?? 0) * scale);
	context.closePath();
	context.fill();
}
