import type { ResolvedCrop, Size } from '#core/crop/crop';

/** Size of what an element shows, in its own pixels; nothing while it shows nothing. */
const sizeOf = (layer: Element): Size | undefined =>
	layer instanceof HTMLVideoElement && layer.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
		? { width: layer.videoWidth, height: layer.videoHeight }
		: layer instanceof HTMLCanvasElement
			? { width: layer.width, height: layer.height }
			: undefined;

/**
 * Draws the part `box` of a picture that a player shows in `layers`, from the back to the front, over all of `canvas`. `frame` is the
 * picture's size that the box is told in.
 */
export function drawCropped(
	canvas: HTMLCanvasElement,
	layers: readonly HTMLElement[],
	frame: Size,
	{ x, y, width, height }: ResolvedCrop,
): void {
	const context = canvas.getContext('2d', { alpha: false });
	// What lies behind a full picture is not seen.
	const layer = layers.findLast((one) => one.style.visibility !== 'hidden' && sizeOf(one) !== undefined);
	const size = layer === undefined ? undefined : sizeOf(layer);
	if (context === null || size === undefined || size.width === 0) return;
	if (!(layer instanceof HTMLVideoElement || layer instanceof HTMLCanvasElement)) return;
	const [byX, byY] = [size.width / frame.width, size.height / frame.height];
	context.drawImage(layer, x * byX, y * byY, width * byX, height * byY, 0, 0, canvas.width, canvas.height);
}
