import { expect, test } from 'vitest';
import { CameraPath, encodeSeries } from '#core/crop/camera-path';
import { framesAt } from '#core/media/minute-fixture';
import { curveUnder, valueToY, yToValue } from './path-curve.ts';
import type { CurvesView } from './timeline-overlays.ts';

const index = framesAt(30, 1800);
const view = { startS: 0, secondsPerPx: 0.02, widthPx: 1000 };
const band = { top: 40, height: 50 };
const fix = { atS: 5, x: 0.5, y: 0.5 };
/** Rises from a quarter to three quarters of the width in ten seconds. */
const path = CameraPath.parse({
	...{ id: 'a', inS: 0, outS: 10, style: 'steady', labels: [], picks: [], fixes: [fix] },
	...{
		x: encodeSeries(Float64Array.from({ length: 300 }, (_, n) => 0.25 + n / 600)),
		y: encodeSeries(new Array(300).fill(0.5)),
	},
});
const curves: CurvesView = { paths: [path], axis: 'x', low: 0.2, high: 0.8, shown: true, draft: null };
const under = (x: number, y: number, over = curves) => curveUnder(over, view, band, index, { x, y }, 7);

test('places and heights in the band are the same both ways, and stay in the band', () => {
	for (const value of [0.2, 0.35, 0.8])
		expect(yToValue(curves, band, valueToY(curves, band, value))).toBeCloseTo(value);
	expect([-1, 2].map((value) => valueToY(curves, band, value))).toEqual([45, 85]);
	expect([0, 500].map((y) => yToValue(curves, band, y))).toEqual([0.2, 0.8]);
	expect(valueToY({ ...curves, low: 0.5, high: 0.5 }, band, 0.5)).toBe(65);
});

test('a pointer on the curve takes the frame it is at, one beside it nothing', () => {
	const y = valueToY(curves, band, 0.25 + 60 / 600);
	expect(under(100, y + 3)).toMatchObject({ kind: 'curve', atS: 2 });
	expect(under(100, y + 3)?.value).toBeCloseTo(0.35, 3);
	expect(under(100, y + 9)).toBeUndefined();
	expect(under(700, y)).toBeUndefined();
	expect(under(100, band.top - 1)).toBeUndefined();
});

test('a place that was set goes before the curve it lies on', () => {
	expect(under(252, valueToY(curves, band, 0.5) + 2)).toEqual({ kind: 'fix', atS: 5, value: 0.5 });
});

test('what is not shown cannot be taken', () => {
	expect(under(252, valueToY(curves, band, 0.5), { ...curves, shown: false })).toBeUndefined();
	expect(curveUnder(null, view, band, index, { x: 252, y: 65 }, 7)).toBeUndefined();
	expect(curveUnder(curves, view, null, index, { x: 252, y: 65 }, 7)).toBeUndefined();
});
