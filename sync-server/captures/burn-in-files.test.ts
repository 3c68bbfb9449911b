import { expect, test } from 'vitest';
import { fontsOf } from './burn-in-files.ts';

const font = (index: number, extradata_size: number) => ({
	...{ index, codec_type: 'attachment', codec_name: 'ttf', extradata_size },
});

test('fonts that would fill the memory are left out, smaller ones beside them are taken', () => {
	const streams = [
		font(2, 100_000_000),
		font(3, 100_000_000),
		font(4, 20_000_000),
		{ ...font(5, 9), codec_name: 'exe' },
	];
	expect(fontsOf({ streams, format: {} })).toEqual([
		{ index: 2, ending: 'ttf' },
		{ index: 4, ending: 'ttf' },
	]);
});

test('of hundreds sixty are taken', () => {
	const streams = Array.from({ length: 300 }, (_, n) => font(n + 2, 1000));
	expect(fontsOf({ streams, format: {} })).toHaveLength(60);
});
