import type { Rational } from '../time/rational.ts';
import type { ClosedSpan, Imported, ListedSpan, Remark } from './imported.ts';
import { linesOf } from './list-lines.ts';
import { canDropFrames, framesOfTimecode, timecodeOfFrames } from './smpte-timecode.ts';

/** Number, reel, channels, transition (with its length), source IN and OUT, record IN and OUT. */
export const EDL_EVENT =
	/^\s*(\d+)\s+(\S+)\s+(\S+)\s+(C|D|W\d*|K\s?[BO]?)\s+(?:\d+\s+)?(\d\S*)\s+(\d\S*)\s+(\d\S*)\s+(\d\S*)\s*$/u;

/**
 * Reads the source side of a CMX 3600 edit list: one span an event. `* COMMENT:` names it, or else `* FROM CLIP NAME:`, which also tells
 * its file. Times are counted at `fps`; a semicolon before the frames or `FCM: DROP FRAME` means drop-frame (SMPTE ST 12-1). Black, events
 * on audio channels alone and the empty half of a transition are passed over silently.
 */
export function readEdl(text: string, fps: Rational): Imported {
	const spans: ListedSpan[] = [];
	const [skipped, notes]: [Remark[], Remark[]] = [[], []];
	const numbers = new Map<string, number>();
	const lines = linesOf(text);
	let drop = false;
	let takesNames = false;
	lines.forEach((raw, i) => {
		const line = i + 1;
		const fcm = /^\s*FCM:\s*(NON[- ])?DROP/iu.exec(raw);
		if (fcm !== null) drop = fcm[1] === undefined;
		const remark = /^\s*\*\s*(FROM CLIP NAME|COMMENT):(.*)$/iu.exec(raw);
		const last = spans.at(-1);
		if (remark !== null && takesNames && last !== undefined)
			spans[spans.length - 1] = named(last, remark[1] ?? '', (remark[2] ?? '').trim());
		if (!/^\s*\d+\s+\S/u.test(raw)) return;
		const match = EDL_EVENT.exec(raw);
		const [first, after] = [5, 6].map((n) => framesOfTimecode(match?.[n] ?? '', fps, drop));
		takesNames = false;
		if (match === null || first == null || after == null) {
			skipped.push({ line, reason: `the event cannot be read at ${rateText(fps)}` });
			return;
		}
		const [, number = '', reel = '', channels = ''] = match;
		if (/^(A\d*|NONE)$/iu.test(channels) || /^BL(K|ACK)?$/iu.test(reel)) return;
		if (after === first && /^\s*\d/u.test(lines[i + 1] ?? '') && EDL_EVENT.exec(lines[i + 1] ?? '')?.[1] === number)
			return;
		const before = numbers.get(number);
		if (before !== undefined && match[4] === 'C')
			notes.push({ line, reason: `event ${number} stands on line ${before} already; both were read` });
		numbers.set(number, line);
		if (after <= first) skipped.push({ line, reason: 'the event ends before it starts' });
		else spans.push({ inS: inSeconds(first, fps), outS: inSeconds(after, fps), name: '', line });
		takesNames = after > first;
	});
	if (spans.length === 0 && skipped.length === 0) skipped.push({ line: 0, reason: 'no event was found' });
	return { spans: spans.map(fileAsName), skipped, notes };
}

const inSeconds = (frames: number, fps: Rational): number => (frames * fps.den) / fps.num;
const rateText = (fps: Rational): string => `${Math.round((fps.num / fps.den) * 1000) / 1000} frames per second`;

function named(span: ListedSpan, kind: string, words: string): ListedSpan {
	if (words === '') return span;
	if (kind.toUpperCase() === 'COMMENT') return span.name === '' ? { ...span, name: words } : span;
	return span.mediaName === undefined ? { ...span, mediaName: words } : span;
}

const fileAsName = (span: ListedSpan): ListedSpan =>
	span.name === '' && span.mediaName !== undefined ? { ...span, name: span.mediaName } : span;

/**
 * A CMX 3600 edit list with the spans one after another on the record side, rounded to frames, reel AX; drop-frame where the rate has it.
 * The file stands as clip name, the span's own name as comment.
 */
export function writeEdl(spans: readonly ClosedSpan[], title: string, mediaName: string, fps: Rational): string {
	const drop = canDropFrames(fps);
	const words = (text: string): string => text.replace(/\s+/gu, ' ').trim();
	const lines = [`TITLE: ${words(title).slice(0, 70)}`, `FCM: ${drop ? '' : 'NON-'}DROP FRAME`, ''];
	let record = 0;
	const at = (frames: number): string => timecodeOfFrames(frames, fps, drop);
	spans.forEach((span, i) => {
		const [first, wanted] = [span.inS, span.outS].map((timeS) => Math.round((timeS * fps.num) / fps.den));
		if (first === undefined || wanted === undefined) return;
		const after = Math.max(first + 1, wanted);
		const event = `${String(i + 1).padStart(3, '0')}  AX       V     C        `;
		lines.push(`${event}${at(first)} ${at(after)} ${at(record)} ${at(record + after - first)}`);
		lines.push(`* FROM CLIP NAME: ${words(span.mediaName ?? mediaName)}`);
		if (words(span.name) !== '') lines.push(`* COMMENT: ${words(span.name)}`);
		record += after - first;
	});
	return [...lines, ''].join('\n');
}
