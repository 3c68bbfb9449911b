import { linesOf } from './list-lines.ts';
import type { Imported, ListedSpan, Remark } from './imported.ts';

const TIMING = /^\s*(\d+):(\d{2}):(\d{2})[,.](\d{1,3})\s*-->\s*(\d+):(\d{2}):(\d{2})[,.](\d{1,3})/u;

/** Reads SubRip subtitles as cuts: each cue is a span named by its text (line breaks become blanks, tags like <i> go). */
export function readSrt(text: string): Imported {
	const lines = linesOf(text);
	const spans: ListedSpan[] = [];
	const skipped: Remark[] = [];
	for (let i = 0; i < lines.length; i += 1) {
		const line = lines[i] ?? '';
		if (!line.includes('-->')) continue;
		const match = TIMING.exec(line);
		const [inS, outS] = match === null ? [0, 0] : [seconds(match.slice(1, 5)), seconds(match.slice(5, 9))];
		if (match === null) skipped.push({ line: i + 1, reason: 'the two times of the cue cannot be read' });
		else if (outS <= inS) skipped.push({ line: i + 1, reason: 'the cue ends before it starts' });
		else spans.push({ inS, outS, name: wordsAfter(lines, i), line: i + 1 });
	}
	if (spans.length === 0 && skipped.length === 0) skipped.push({ line: 0, reason: 'no cue was found' });
	return { spans, skipped, notes: [] };
}

/** What a cue says. An empty line ends it, and so does the timing of the next cue where the empty line was forgotten. */
function wordsAfter(lines: readonly string[], timing: number): string {
	const words: string[] = [];
	for (let i = timing + 1; i < lines.length; i += 1) {
		const line = (lines[i] ?? '').trim();
		if (line === '' || line.includes('-->') || (/^\d+$/u.test(line) && (lines[i + 1] ?? '').includes('-->'))) break;
		words.push(line);
	}
	return words.join(' ').replace(/<[^<>]{0,200}>|\{\\[^{}]{0,200}\}/gu, '');
}

function seconds([hours = '0', minutes = '0', whole = '0', fraction = '0']: readonly string[]): number {
	return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(fraction.padEnd(3, '0')) / 1000;
}
