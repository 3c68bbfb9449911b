import { describe, expect, test } from 'vitest';
import { layOut, type Band, type TimelineContent } from './timeline-layout.ts';

const all: TimelineContent = { picture: true, sound: true, marks: true };
const end = ({ top, height }: Band): number => top + height;

describe('the bands of the timeline', () => {
	test('follow each other without overlap where there is room, and fill it', () => {
		for (const heightPx of [124, 148, 190, 240]) {
			const { ruler, marks, strip, wave, lanes } = layOut(heightPx, all);
			const bands = [ruler, marks!, strip!, wave!, lanes].filter((band) => band !== null);
			if (heightPx >= 148) {
				for (let n = 1; n < bands.length; n += 1) expect(bands[n]!.top).toBeGreaterThanOrEqual(end(bands[n - 1]!));
			}
			expect(end(lanes)).toBe(heightPx - 2);
			expect(lanes.height).toBeGreaterThanOrEqual(28);
		}
	});

	test('leave segments a band of their own on a phone: the sound goes first, then the pictures', () => {
		for (const heightPx of [72, 76, 92, 100]) {
			for (const marks of [false, true]) {
				const { ruler, strip, wave, lanes } = layOut(heightPx, { ...all, marks });
				expect(wave).toBeNull();
				expect(strip!.height).toBeGreaterThanOrEqual(12);
				expect(strip!.top).toBeGreaterThanOrEqual(end(ruler));
				expect(lanes.top).toBeGreaterThan(end(strip!));
				expect(lanes.height).toBeGreaterThanOrEqual(16);
				expect(end(lanes)).toBe(heightPx - 2);
			}
		}
		expect(layOut(66, all)).toMatchObject({ strip: null, wave: null, lanes: { top: 40, height: 24 } });
		expect(layOut(76, { ...all, picture: false }).wave).not.toBeNull();
	});

	test('give rows of segments that overlap more height', () => {
		const one = layOut(76, { ...all, marks: false });
		const four = layOut(76, { ...all, marks: false, rows: 4 });
		expect(four.lanes.height).toBeGreaterThan(one.lanes.height);
		expect(four.lanes.height).toBeGreaterThanOrEqual(34);
	});

	test('are left out when there is nothing to show in them', () => {
		expect(layOut(148, { picture: false, sound: false, marks: false })).toMatchObject({
			marks: null,
			strip: null,
			wave: null,
			lanes: { top: 26, height: 120 },
		});
		expect(layOut(148, { ...all, sound: false })).toMatchObject({ wave: null });
		expect(layOut(148, { ...all, picture: false })).toMatchObject({ strip: null });
	});

	test('a curve takes a band of its own where there is room, else it lies over the pictures', () => {
		const tall = layOut(172, { ...all, marks: false, curve: true });
		expect(tall.lanes.top).toBe(tall.curve!.top + tall.curve!.height + 2);
		expect(tall.lanes.top + tall.lanes.height).toBeLessThanOrEqual(172);
		expect(tall.curve!.top).toBeGreaterThanOrEqual(tall.strip!.top + tall.strip!.height);
		const low = layOut(100, { ...all, marks: false, curve: true });
		expect(low.curve).toEqual(low.strip);
		expect(layOut(172, all).curve).toBeNull();
	});
});
