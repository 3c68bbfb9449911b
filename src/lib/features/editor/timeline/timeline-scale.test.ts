import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	clampView,
	CLOSEST_FRAME_PX,
	endOfView,
	fitView,
	panView,
	revealTime,
	thumbOf,
	timeToX,
	viewAtThumb,
	viewAtZoom,
	viewOfSpan,
	xToTime,
	zoomShare,
	zoomView,
	type TimelineExtent,
} from './timeline-scale.ts';

const minute: TimelineExtent = { firstS: 0, endS: 60, frameS: 1 / 30 };
const late: TimelineExtent = { firstS: 5, endS: 65, frameS: 1 / 25 };

describe('the whole file', () => {
	test('is seen from its first moment to its end, with air on both sides', () => {
		const view = fitView(late, 1000);
		expect(timeToX(view, 5)).toBeCloseTo(10);
		expect(timeToX(view, 65)).toBeCloseTo(990);
	});

	test('cannot be zoomed out of', () => {
		const view = fitView(minute, 800);
		const out = zoomView(view, minute, 0.25, 400);
		expect(out.startS).toBeCloseTo(view.startS, 9);
		expect(out.secondsPerPx).toBeCloseTo(view.secondsPerPx, 9);
	});

	test('a file of one frame can be shown', () => {
		const view = fitView({ firstS: 0, endS: 0.04, frameS: 0.04 }, 500);
		expect(endOfView(view)).toBeGreaterThan(0.04);
	});
});

describe('zooming', () => {
	test('keeps the time under the pointer', () => {
		const view = fitView(minute, 800);
		const before = xToTime(view, 300);
		expect(xToTime(zoomView(view, minute, 8, 300), 300)).toBeCloseTo(before, 9);
	});

	test('stops at single frames', () => {
		const view = zoomView(fitView(minute, 800), minute, 1e9, 400);
		expect(minute.frameS / view.secondsPerPx).toBeCloseTo(CLOSEST_FRAME_PX);
	});

	test('in a two-hour file still tells frames apart', () => {
		const film: TimelineExtent = { firstS: 0, endS: 7200, frameS: 1 / 24 };
		const view = zoomView(fitView(film, 1200), film, 1e9, 600);
		expect(timeToX(view, 3600 + 1 / 24) - timeToX(view, 3600)).toBeCloseTo(CLOSEST_FRAME_PX, 4);
	});

	test('the share of the slider leads back to the same view', () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
				const view = viewAtZoom(fitView(minute, 900), minute, share, 450);
				expect(zoomShare(view, minute)).toBeCloseTo(share, 6);
			}),
		);
	});
});

test('any view stays inside the file', () => {
	fc.assert(
		fc.property(
			fc.double({ min: -1e4, max: 1e4, noNaN: true }),
			fc.double({ min: 1e-6, max: 100, noNaN: true }),
			fc.integer({ min: 1, max: 4000 }),
			(startS, secondsPerPx, widthPx) => {
				const view = clampView({ startS, secondsPerPx, widthPx }, late);
				const whole = fitView(late, widthPx);
				expect(view.startS).toBeGreaterThanOrEqual(whole.startS - 1e-6);
				expect(endOfView(view)).toBeLessThanOrEqual(endOfView(whole) + 1e-6);
			},
		),
	);
});

test('panning past the end stops there', () => {
	const view = zoomView(fitView(minute, 800), minute, 10, 0);
	const end = panView(view, minute, 1e6);
	expect(timeToX(end, 60)).toBeCloseTo(792);
});

test('a time out of sight is brought into sight, one in sight moves nothing', () => {
	const view = zoomView(fitView(minute, 800), minute, 10, 0);
	const next = revealTime(view, minute, 30);
	expect(timeToX(next, 30)).toBeCloseTo(80);
	expect(revealTime(next, minute, 31)).toBe(next);
});

test('a span is shown with air on both sides', () => {
	const view = viewOfSpan(fitView(minute, 700), minute, 10, 15);
	expect(timeToX(view, 10)).toBeCloseTo(100);
	expect(timeToX(view, 15)).toBeCloseTo(600);
});

test('the thumb leads back to the view it stands for', () => {
	const view = panView(zoomView(fitView(minute, 800), minute, 6, 300), minute, 120);
	const thumb = thumbOf(view, minute);
	expect(thumb.size).toBeCloseTo(1 / 6, 2);
	expect(viewAtThumb(view, minute, thumb.start).startS).toBeCloseTo(view.startS, 9);
});
