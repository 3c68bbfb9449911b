import type { Box, Detection } from '#core/tracking/detection';
import type { ModelInput } from '#core/vision/model-manifest';
import type { PictureShape } from '$lib/media/analysis/picture-maker';
import type { Candidate } from './heads/candidate.ts';

/** How a displayed picture of `display` pixels stands in the model's input. */
export function shapeFor(
	input: ModelInput,
	display: { readonly width: number; readonly height: number },
): PictureShape {
	const { width, height, fill = 0 } = input;
	if (input.fit === 'stretch') return { width, height, content: { x: 0, y: 0, width, height }, fill };
	const scale = Math.min(width / display.width, height / display.height);
	const content = {
		width: Math.max(1, Math.round(display.width * scale)),
		height: Math.max(1, Math.round(display.height * scale)),
	};
	const [x, y] = [Math.floor((width - content.width) / 2), Math.floor((height - content.height) / 2)];
	return { width, height, content: { x, y, ...content }, fill };
}

/** A candidate as a part of the displayed picture. */
export function detectionOf(candidate: Candidate, { width, height, content }: PictureShape, label: string): Detection {
	const across = (x: number): number => (x * width - content.x) / content.width;
	const down = (y: number): number => (y * height - content.y) / content.height;
	const [left, top] = [across(candidate.left), down(candidate.top)];
	return {
		box: { x: left, y: top, width: across(candidate.right) - left, height: down(candidate.bottom) - top },
		score: candidate.score,
		label,
	};
}

/** Whether any of a box lies in the displayed picture: nobody is followed beside it, in the bars of a letterbox, say. */
export const isInPicture = ({ x, y, width, height }: Box): boolean => x < 1 && y < 1 && x + width > 0 && y + height > 0;
