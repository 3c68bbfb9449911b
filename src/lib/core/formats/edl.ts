import { toNumber, type Rational } from '../rational.ts';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

const EVENT = /^\s*\d+\s+(\S+)\s+(\S+)\s+(C|D|W\d*|K\S*)\s+(?:\d+\s+)?(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$/u;
const TIMECODE = /^(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{1,3})$/u;

/**
 * Reads the source side of a CMX 3600 edit list: one span an event; `* FROM CLIP NAME:` names it. Times are counted at `fps`; a semicolon
 * means drop-frame (SMPTE ST 12-1). Events on audio channels alone are passed over silently.
 */
export function readEdl(text: string, fps: Rational): Imported {
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	text.split(/\r\n|\r|\n/u).forEach((raw, i) => {
		const comment = /^\s*\*\s*(?:FROM CLIP NAME|COMMENT):\s*(.*)$/iu.exec(raw);
		const last = spans.at(-1);
		if (comment?.[1] !== undefined && last !== undefined && last.name === '') {
			spans[spans.length - 1] = { ...last, name: comment[1].trim() };
			return;
		}
		if (!/^\s*\d+\s+\S/u.test(raw)) return;
		const match = EVENT.exec(raw);
		const [inS, outS] = [fromTimecode(match?.[4], fps), fromTimecode(match?.[5], fps)];
		if (match === null || inS === null || outS === null)
			skipped.push({ line: i + 1, reason: 'the event cannot be read' });
		else if (/^A\d*$/iu.test(match[2] ?? '')) return;
		else if (outS <= inS) skipped.push({ line: i + 1, reason: 'the event ends before it starts' });
		else spans.push({ inS, outS, name: '' });
	});
	if (spans.length === 0 && skipped.length === 0) skipped.push({ line: 0, reason: 'no event was found' });
	return { spans, skipped };
}

function fromTimecode(text: string | undefined, fps: Rational): number | null {
	const match = TIMECODE.exec(text ?? '');
	if (match === null) return null;
	const [hours, minutes, seconds, frames] = [match[1], match[2], match[3], match[5]].map(Number);
	if (hours === undefined || minutes === undefined || seconds === undefined || frames === undefined) return null;
	const base = Math.round(toNumber(fps));
	if (minutes > 59 || seconds > 59 || frames >= base) return null;
	const totalMinutes = hours * 60 + minutes;
	const dropped = match[4] === ';' ? (base / 15) * (totalMinutes - Math.floor(totalMinutes / 10)) : 0;
	return (((totalMinutes * 60 + seconds) * base + frames - dropped) * fps.den) / fps.num;
}

/** Seconds as non-drop timecode hh:mm:ss:ff at `fps`, rounded to the nearest frame. */
export function edlTimecode(seconds: number, fps: Rational): string {
	const base = Math.round(toNumber(fps));
	const frames = Math.round((seconds * fps.num) / fps.den);
	const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
	return `${two(frames / (base * 3600))}:${two((frames / (base * 60)) % 60)}:${two((frames / base) % 60)}:${two(frames % base)}`;
}

/** A CMX 3600 edit list with the spans one after another on the record side, non-drop, reel AX; names as clip-name comments. */
export function writeEdl(
	spans: readonly (ListedSpan & { readonly outS: number })[],
	title: string,
	fps: Rational,
): string {
	const lines = [`TITLE: ${title.replace(/\s+/gu, ' ').slice(0, 70)}`, 'FCM: NON-DROP FRAME', ''];
	let recordFrames = 0;
	const at = (frames: number): string => edlTimecode((frames * fps.den) / fps.num, fps);
	spans.forEach(({ inS, outS, name }, i) => {
		const [first, last] = [inS, outS].map((time) => Math.round((time * fps.num) / fps.den)) as [number, number];
		const recordEnd = recordFrames + last - first;
		lines.push(
			`${String(i + 1).padStart(3, '0')}  AX       V     C        ${at(first)} ${at(last)} ${at(recordFrames)} ${at(recordEnd)}`,
		);
		if (name !== '') lines.push(`* FROM CLIP NAME: ${name.replace(/\s+/gu, ' ')}`);
		recordFrames = recordEnd;
	});
	return [...lines, ''].join('\n');
}
