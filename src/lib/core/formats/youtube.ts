import { formatTimecode, parseTimecode } from '../timecode.ts';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

/** Reads chapters as YouTube descriptions hold them: a time, then a title, a line each; every chapter runs to the next one. */
export function readYouTubeChapters(text: string): Imported {
	const chapters: { inS: number; name: string; line: number }[] = [];
	const skipped: Skipped[] = [];
	text.split(/\r\n|\r|\n/u).forEach((raw, i) => {
		if (raw.trim() === '') return;
		const match = /^\s*[([]?((?:\d+:)?\d{1,2}:\d{2}(?:\.\d+)?)[)\]]?\s*[-–—:|]?\s*(.*)$/u.exec(raw);
		const inS = match?.[1] === undefined ? null : parseTimecode(match[1]);
		if (inS === null) skipped.push({ line: i + 1, reason: 'the line does not begin with a time' });
		else chapters.push({ inS, name: match?.[2]?.trim() ?? '', line: i + 1 });
	});
	chapters.sort((a, b) => a.inS - b.inS);
	const spans: ListedSpan[] = [];
	chapters.forEach(({ inS, name, line }, i) => {
		const next = chapters[i + 1];
		if (next !== undefined && next.inS <= inS)
			skipped.push({ line, reason: 'another chapter begins at the same time' });
		else spans.push({ inS, ...(next === undefined ? {} : { outS: next.inS }), name });
	});
	return { spans, skipped };
}

/** Chapters for a YouTube description: whole seconds, one a line; an unnamed one is called by its number. */
export const writeYouTubeChapters = (spans: readonly ListedSpan[]): string =>
	spans
		.map(
			({ inS, name }, i) =>
				`${formatTimecode(Math.floor(inS), { decimals: 0 })} ${name.replace(/\s+/gu, ' ') || `Chapter ${i + 1}`}\n`,
		)
		.join('');
