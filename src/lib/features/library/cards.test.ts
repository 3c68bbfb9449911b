import { expect, test } from 'vitest';
import { cardOfArrival, matching, sorted, type Card } from './cards.ts';
import { codecsText, lengthText, pictureText } from './facts-text.ts';
import { fakeFacts } from './library-fakes.ts';
import { looksLikeMedia } from './picked.ts';

const card = (name: string, more: Partial<Card> = {}): Card => ({
	...cardOfArrival({ id: 1, name, bytes: 1, addedAt: '2026-01-01T00:00:00.000Z', message: '' }),
	...more,
});
const names = (cards: readonly Card[]): string[] => cards.map(({ name }) => name);

test('a search finds names that have all its words, in any case and order', () => {
	const cards = [card('Summer Beach 2.mp4'), card('beach winter.mov')];
	expect(names(matching(cards, 'BEACH sum'))).toEqual(['Summer Beach 2.mp4']);
	expect(names(matching(cards, ' '))).toHaveLength(2);
});

test('names sort by their numbers', () => {
	expect(names(sorted([card('clip 10'), card('clip 2')], 'name'))).toEqual(['clip 2', 'clip 10']);
});

test('newest, longest and largest come first', () => {
	const old = card('old', { addedAt: '2025-01-01T00:00:00.000Z', bytes: 5, facts: fakeFacts('old') });
	const recent = card('recent', { bytes: 1 });
	expect(names(sorted([old, recent], 'added'))).toEqual(['recent', 'old']);
	expect(names(sorted([recent, old], 'length'))).toEqual(['old', 'recent']);
	expect(names(sorted([recent, old], 'size'))).toEqual(['old', 'recent']);
});

test('facts read as people know them', () => {
	const video = {
		codec: 'avc',
		width: 1920,
		height: 1080,
		codedWidth: 1920,
		codedHeight: 1088,
		rotation: 0 as const,
		pixelAspect: { num: 1, den: 1 },
		fps: { num: 30_000, den: 1001 },
		variableRate: false,
		hdr: false,
		frameCount: 1,
	};
	expect(pictureText(fakeFacts('a', { video }))).toBe('1920 × 1080 · 29.97 fps');
	expect(pictureText(fakeFacts('a', { video: { ...video, variableRate: true } }))).toBe('1920 × 1080 · ≈ 30 fps');
	expect(codecsText(fakeFacts('a', { video }))).toBe('H.264 · AAC');
	expect(codecsText(fakeFacts('a', { video, audio: [] }))).toBe('H.264 · no sound');
	expect(lengthText(fakeFacts('a'))).toBe('1:05');
});

test('in folders, files count as media by type or ending', () => {
	expect(looksLikeMedia({ name: 'A.MKV', type: '' })).toBe(true);
	expect(looksLikeMedia({ name: 'noise', type: 'audio/x-odd' })).toBe(true);
	expect(looksLikeMedia({ name: 'notes.txt', type: 'text/plain' })).toBe(false);
});
