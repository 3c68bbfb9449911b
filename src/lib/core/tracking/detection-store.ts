import type { Box, DetectedFrame, Detection } from './detection.ts';

/**
 * Detections as bytes, about 17 a detection; little-endian:
 *
 *     "OCD2" · u16 labels · each: u16 length, UTF-8 · u32 frames
 *     each frame: f64 atS · u16 detections · each: u16 label, u8 score, u16 x, u16 y, u16 width, u16 height, six u8 colours
 *
 * "OCD1" is the same without colours: for detections of which one at least has none. Scores are kept in steps of 1/255, colours as whole numbers.
 * Edges are kept in steps of 1/21845 of the picture (0.09 px of 1920) and may lie one picture outside.
 */
const [PLAIN, COLOURED] = [0x3144434f, 0x3244434f];
const SCORE_STEPS = 255;
/** A u16 spans three pictures: −1..2 for an edge, 0..3 for a side. */
const STEPS = 65535 / 3;
const FRAME_BYTES = 10;
const DETECTION_BYTES = 11;
const COLOUR_BYTES = 6;

/** See above. Frames keep their order and their exact times; at most 65535 detections a frame and labels in all. */
export function encodeDetections(frames: readonly DetectedFrame[]): Uint8Array {
	const labels = [...new Set(frames.flatMap(({ detections }) => detections.map(({ label }) => label)))];
	const names = labels.map((label) => utf8(label));
	const indexOf = new Map(labels.map((label, n) => [label, n]));
	const count = frames.reduce((sum, { detections }) => sum + detections.length, 0);
	const nameBytes = names.reduce((sum, name) => sum + 2 + name.length, 0);
	const coloured = frames.every(({ detections }) => detections.every(({ colours }) => colours !== undefined));
	const each = DETECTION_BYTES + (coloured ? COLOUR_BYTES : 0);
	const bytes = new Uint8Array(10 + nameBytes + frames.length * FRAME_BYTES + count * each);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, coloured ? COLOURED : PLAIN, true);
	view.setUint16(4, names.length, true);
	let at = 6;
	for (const name of names) {
		view.setUint16(at, name.length, true);
		bytes.set(name, at + 2);
		at += 2 + name.length;
	}
	view.setUint32(at, frames.length, true);
	at += 4;
	for (const { atS, detections } of frames) {
		view.setFloat64(at, atS, true);
		view.setUint16(at + 8, detections.length, true);
		at += FRAME_BYTES;
		for (const { box, score, label, colours = [] } of detections) {
			view.setUint16(at, indexOf.get(label) ?? 0, true);
			view.setUint8(at + 2, stepsOf(score, SCORE_STEPS, SCORE_STEPS));
			view.setUint16(at + 3, stepsOf(box.x + 1, STEPS, 65535), true);
			view.setUint16(at + 5, stepsOf(box.y + 1, STEPS, 65535), true);
			view.setUint16(at + 7, stepsOf(box.width, STEPS, 65535), true);
			view.setUint16(at + 9, stepsOf(box.height, STEPS, 65535), true);
			if (coloured) for (const [n, colour] of colours.entries()) bytes[at + DETECTION_BYTES + n] = Math.round(colour);
			at += each;
		}
	}
	return bytes;
}

/** What `encodeDetections` wrote; null when the bytes are not that, or not all of it. */
export function decodeDetections(bytes: Uint8Array): readonly DetectedFrame[] | null {
	try {
		return read(bytes);
	} catch (error) {
		if (error instanceof RangeError || error instanceof URIError) return null;
		throw error;
	}
}

function read(bytes: Uint8Array): readonly DetectedFrame[] | null {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const magic = view.getUint32(0, true);
	if (magic !== PLAIN && magic !== COLOURED) return null;
	const each = DETECTION_BYTES + (magic === COLOURED ? COLOUR_BYTES : 0);
	const labels: string[] = [];
	let at = 6;
	for (let left = view.getUint16(4, true); left > 0; left -= 1) {
		const length = view.getUint16(at, true);
		labels.push(text(bytes.subarray(at + 2, at + 2 + length)));
		at += 2 + length;
	}
	const frames: DetectedFrame[] = [];
	let left = view.getUint32(at, true);
	for (at += 4; left > 0; left -= 1) {
		const atS = view.getFloat64(at, true);
		const count = view.getUint16(at + 8, true);
		at += FRAME_BYTES;
		const detections: Detection[] = [];
		for (let n = 0; n < count; n += 1, at += each) {
			const label = labels[view.getUint16(at, true)];
			if (label === undefined) return null;
			detections.push({
				...{ box: boxAt(view, at + 3), score: view.getUint8(at + 2) / SCORE_STEPS, label },
				...(magic === COLOURED && {
					colours: Array.from({ length: COLOUR_BYTES }, (_, k) => view.getUint8(at + DETECTION_BYTES + k)),
				}),
			});
		}
		frames.push({ atS, detections });
	}
	return at === bytes.length ? frames : null;
}

const boxAt = (view: DataView, at: number): Box => ({
	x: view.getUint16(at, true) / STEPS - 1,
	y: view.getUint16(at + 2, true) / STEPS - 1,
	width: view.getUint16(at + 4, true) / STEPS,
	height: view.getUint16(at + 6, true) / STEPS,
});

const stepsOf = (value: number, steps: number, most: number): number =>
	Math.min(most, Math.max(0, Math.round(value * steps)));

// Neither DOM nor Node is known here, so TextEncoder is not: the URI functions of the language speak UTF-8.
const utf8 = (value: string): Uint8Array =>
	Uint8Array.from(
		encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\uFFFD')).match(/%..|./g) ?? [],
		(part: string) => (part.length === 3 ? parseInt(part.slice(1), 16) : part.charCodeAt(0)),
	);
const text = (bytes: Uint8Array): string =>
	decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
