import { describe, expect, test } from 'vitest';
import type { PlacedSpan } from '#core/mp4/place-spans';
import type { FrameIndex } from '#core/time/frame-index';
import { excerptTrouble, NO_ROOM } from './excerpt-room.ts';

const GB = 2 ** 30;
const HOURS_S = 7200;
/** Two hours with a frame a second, each of them a key frame. */
const index: FrameIndex = {
	ptsUs: Float64Array.from({ length: HOURS_S }, (_, n) => n * 1e6),
	key: new Uint8Array(HOURS_S).fill(1),
	endUs: HOURS_S * 1e6,
};
const span = (inS: number, outS: number): PlacedSpan => ({
	...{ first: inS, last: outS, copyFrom: inS, copyTo: outS },
	...{ inS, outS, startS: 0 },
});
const trouble = (gigabytes: number, freeGigabytes: number, ...spans: readonly PlacedSpan[]) =>
	excerptTrouble({ index, spans, bytes: gigabytes * GB, freeBytes: freeGigabytes * GB });

describe('an excerpt is not made', () => {
	test('for the first and the last minute of a film of 40 GB', () => {
		expect(trouble(40, 1000, span(0, 60), span(HOURS_S - 60, HOURS_S))).toBe('its pieces lie far apart');
	});
	test('where it and what is cut out of it do not fit on the disk', () => {
		expect(trouble(40, 39, span(0, 3600))).toBe(NO_ROOM);
		expect(trouble(40, 70, span(0, HOURS_S))).toBe(NO_ROOM);
	});
});

describe('an excerpt is made', () => {
	test.each<[string, number, readonly PlacedSpan[]]>([
		['of a minute in a film of 40 GB', 2, [span(3000, 3060)]],
		['of both halves of a film of 40 GB', 90, [span(0, 3500), span(3600, HOURS_S)]],
		['of the same part twice', 90, [span(0, 3600), span(0, 3600)]],
	])('%s', (_, freeGigabytes, spans) => {
		expect(trouble(40, freeGigabytes, ...spans)).toBeUndefined();
	});
	test('for the first and the last minute of a film of 2 GB', () => {
		expect(trouble(2, 10, span(0, 60), span(HOURS_S - 60, HOURS_S))).toBeUndefined();
	});
});
