import { expect, test } from 'vitest';
import { firstGap } from './tracking-scope.ts';

const span = (inS: number, outS: number) => ({ inS, outS });

test.each([
	['nothing is followed at all', [], undefined],
	['all of it is followed', [span(0, 10)], undefined],
	['two paths meet within it', [span(5, 9), span(0, 5)], undefined],
	['the path ends early', [span(0, 6)], span(6, 8)],
	['the path begins late', [span(4, 9)], span(2, 4)],
	['there is a hole', [span(6, 9), span(0, 3)], span(3, 6)],
	['only others are followed', [span(8, 20)], undefined],
	['what is missing is less than a frame', [span(0, 7.999)], undefined],
])('of a segment, where %s', (_, paths, gap) => {
	expect(firstGap(paths, span(2, 8))).toEqual(gap);
});
