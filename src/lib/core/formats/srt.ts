import type { Imported, ListedSpan, Skipped } from './imported.ts';

const TIMING = /^\s*(\d+):(\d{2}):(\d{2})[,.](\d{1,3})\s*-->\s*(\d+):(\d{2}):(\d{2})[,.](\d{1,3})/u;

/** Reads SubRip subtitles as cuts: each cue is a span named by its text (line breaks become blanks). */
export function readSrt(text: string): Imported {
	const lines = text.replace(/^\ufeff/u, '').split(/\r\n|\r|\n/u);
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	for (let i = 0; i < lines.length; i += 1) {
		const line = lines[i] ?? '';
		if (!line.includes('-->')) continue;
		const match = TIMING.exec(line);
		const words: string[] = [];
		for (let next = i + 1; next < lines.length && (lines[next] ?? '').trim() !== ''; next += 1)
			words.push((lines[next] ?? '').trim());
		if (match === null) {
			skipped.push({ line: i + 1, reason: 'the two times of the cue cannot be read' });
			continue;
		}
		const [inS, outS] = [seconds(match.slice(1, 5)), seconds(match.slice(5, 9))];
		if (outS <= inS) skipped.push({ line: i + 1, reason: 'the cue ends before it starts' });
		else spans.push({ inS, outS, name: words.join(' ').replace(/<[^>]+>/gu, '') });
	}
	if (spans.length === 0 && skipped.length === 0) skipped.push({ line: 0, reason: 'no cue was found' });
	return { spans, skipped };
}

function seconds([hours = '0', minutes = '0', whole = '0', fraction = '0']: readonly string[]): number {
	return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(fraction.padEnd(3, '0')) / 1000;
}
