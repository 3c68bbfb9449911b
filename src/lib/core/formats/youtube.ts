import { formatTimecode } from '../time/timecode.ts';
import { linesOf } from './list-lines.ts';
import { listedTime } from './listed-time.ts';
import type { Imported, ListedSpan, Remark } from './imported.ts';

/** A time, in brackets or not, then a title, with a dash or a bar between or not. */
export const CHAPTER = /^\s*[([]?((?:\d+:)?\d{1,2}:\d{2}(?:\.\d+)?)[)\]]?(?:\s*[-–—:|]\s+|\s+|$)(.*)$/u;

/** Reads chapters as YouTube descriptions hold them: a time, then a title, a line each; every chapter runs to the next one. */
export function readYouTubeChapters(text: string): Imported {
	const chapters: { inS: number; name: string; line: number }[] = [];
	const skipped: Remark[] = [];
	linesOf(text).forEach((raw, i) => {
		if (raw.trim() === '') return;
		const match = CHAPTER.exec(raw);
		const inS = match?.[1] === undefined ? null : listedTime(match[1]);
		if (inS === null) skipped.push({ line: i + 1, reason: 'the line does not begin with a time' });
		else chapters.push({ inS, name: match?.[2]?.trim() ?? '', line: i + 1 });
	});
	chapters.sort((a, b) => a.inS - b.inS || a.line - b.line);
	const spans: ListedSpan[] = [];
	chapters.forEach(({ inS, name, line }, i) => {
		const next = chapters[i + 1];
		if (next !== undefined && next.inS <= inS)
			skipped.push({ line, reason: 'another chapter begins at the same time' });
		else spans.push({ inS, ...(next === undefined ? {} : { outS: next.inS }), name, line });
	});
	return { spans, skipped, notes: [] };
}

/**
 * Chapters for a YouTube description, in order of time, a line each; an unnamed one is called by its number. Starts are whole seconds;
 * where they end is not kept.
 */
export const writeYouTubeChapters = (spans: readonly ListedSpan[]): string =>
	[...spans]
		.sort((a, b) => a.inS - b.inS)
		.map(({ inS, name }, i) => {
			const title = name.replace(/\s+/gu, ' ').trim();
			return `${formatTimecode(Math.floor(inS), { decimals: 0 })} ${title === '' ? `Chapter ${i + 1}` : title}\n`;
		})
		.join('');
