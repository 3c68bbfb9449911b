import { expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import { cropTargetAt, keyframeKind, ratioText, type CropTarget } from './crop-target.ts';

const target = (
	shownS: number,
	times: readonly number[],
	{ autoKey = true, interpolation = 'step' }: { autoKey?: boolean; interpolation?: 'step' | 'smooth' } = {},
): CropTarget =>
	cropTargetAt({
		track: { base: WHOLE_FRAME, keyframes: times.map((atS) => ({ atS, crop: WHOLE_FRAME })), interpolation },
		shownS,
		isShown: (timeS) => Math.abs(timeS - shownS) < 0.02,
		autoKey,
	});

test('without keyframes the crop of the file changes', () => {
	expect(target(5, [])).toEqual({ kind: 'base' });
	expect(target(5, [], { interpolation: 'smooth' })).toEqual({ kind: 'base' });
});

test('on a keyframe that keyframe changes, also with autoKey off', () => {
	expect(target(5.01, [2, 5, 8])).toEqual({ kind: 'keyframe', atS: 5, here: true });
	expect(target(5, [2, 5, 8], { autoKey: false })).toEqual({ kind: 'keyframe', atS: 5, here: true });
});

test('elsewhere a keyframe is made', () => {
	expect(target(1, [2, 5])).toEqual({ kind: 'new-keyframe', atS: 1 });
	expect(target(6, [2, 5])).toEqual({ kind: 'new-keyframe', atS: 6 });
});

test('with autoKey off, what holds here changes', () => {
	expect(target(1, [2, 5], { autoKey: false })).toEqual({ kind: 'base' });
	expect(target(3, [2, 5], { autoKey: false })).toEqual({ kind: 'keyframe', atS: 2, here: false });
	expect(target(9, [2, 5], { autoKey: false })).toEqual({ kind: 'keyframe', atS: 5, here: false });
});

test('between two keyframes of a smooth track only a keyframe shows what was dragged', () => {
	const smooth = { autoKey: false, interpolation: 'smooth' } as const;
	expect(target(3, [2, 5], smooth)).toEqual({ kind: 'new-keyframe', atS: 3 });
	expect(target(6, [2, 5], smooth)).toEqual({ kind: 'keyframe', atS: 5, here: false });
	expect(target(1, [2, 5], smooth)).toEqual({ kind: 'base' });
});

test('the kind of a keyframe is its random flags', () => {
	const kinds = [
		[false, false],
		[true, false],
		[false, true],
		[true, true],
	].map(([randomPortrait = false, randomSquare = false]) =>
		keyframeKind({ atS: 0, crop: { ...WHOLE_FRAME, randomPortrait, randomSquare } }),
	);
	expect(kinds).toEqual(['plain', 'portrait', 'square', 'both']);
});

test('a ratio reads as people write it', () => {
	expect(ratioText(WHOLE_FRAME)).toBe('none');
	expect(ratioText({ ...WHOLE_FRAME, ratio: { width: 9, height: 16 } })).toBe('9:16');
});
