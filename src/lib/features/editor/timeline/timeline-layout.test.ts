import { describe, expect, test } from 'vitest';
import { layOut, type Band, type TimelineContent } from './timeline-layout.ts';

const all: TimelineContent = { picture: true, sound: true, marks: true };
const end = ({ top, height }: Band): number => top + height;

describe('the bands of the timeline', () => {
	test('follow each other without overlap where there is room, and fill it', () => {
		for (const heightPx of [124, 148, 190, 240]) {
			const { ruler, marks, strip, wave, lanes, overlaid } = layOut(heightPx, all);
			const bands = [ruler, marks!, strip!, wave!, lanes].filter((band) => band !== null);
			if (heightPx >= 148) {
				for (let n = 1; n < bands.length; n += 1) expect(bands[n]!.top).toBeGreaterThanOrEqual(end(bands[n - 1]!));
			}
			expect(end(lanes)).toBe(heightPx - 2);
			expect(lanes.height).toBeGreaterThanOrEqual(28);
			expect(overlaid).toBe(false);
		}
	});

	test('lie over each other where there is little room, as on a phone', () => {
		const { strip, wave, lanes, overlaid } = layOut(76, all);
		expect(overlaid).toBe(true);
		expect(strip).toEqual(lanes);
		expect(end(wave!)).toBe(end(lanes));
		expect(wave!.top).toBeGreaterThan(lanes.top);
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
});
