import type { ByteSource } from '../media/byte-source.ts';
import type { Bytes } from './box-writing.ts';
import { sizeOf, type Part } from './stored-track.ts';

/** Bytes between two wanted stretches that are rather read than skipped: asking again costs more. */
const LARGEST_GAP = 128 * 1024;

interface Wanted {
	readonly at: number;
	readonly size: number;
	/** Where it goes in the result. */
	readonly to: number;
}

/** `parts` one after another, read from `source` in as few requests as their places allow. Throws what reading throws. */
export async function loadParts(source: ByteSource, parts: readonly Part[]): Promise<Bytes> {
	const result = new Uint8Array(parts.reduce((sum, part) => sum + sizeOf(part), 0));
	const wanted: Wanted[] = [];
	let to = 0;
	for (const part of parts) {
		if ('bytes' in part) result.set(part.bytes, to);
		else wanted.push({ ...part, to });
		to += sizeOf(part);
	}
	await Promise.all(
		inStretches(wanted).map(async (stretch) => {
			const bytes = new Uint8Array(await source.read(stretch.start, stretch.end));
			if (bytes.length < stretch.end - stretch.start) throw new RangeError('the file ends inside a packet');
			for (const { at, size, to: place } of stretch.wanted) {
				result.set(bytes.subarray(at - stretch.start, at - stretch.start + size), place);
			}
		}),
	);
	return result;
}

interface Stretch {
	readonly start: number;
	end: number;
	readonly wanted: Wanted[];
}

function inStretches(wanted: readonly Wanted[]): readonly Stretch[] {
	const stretches: Stretch[] = [];
	for (const one of [...wanted].sort((a, b) => a.at - b.at)) {
		const last = stretches.at(-1);
		if (last === undefined || one.at > last.end + LARGEST_GAP) {
			stretches.push({ start: one.at, end: one.at + one.size, wanted: [one] });
		} else {
			last.end = Math.max(last.end, one.at + one.size);
			last.wanted.push(one);
		}
	}
	return stretches;
}
