import { expect, test } from 'vitest';
import { gifRate } from './gif-rate.ts';

test('a GIF shows each picture for whole hundredths of a second, two at least', () => {
	const rates = [60, 30, 15, 10].map((num) => gifRate({ num, den: 1 }).den);
	expect(rates).toEqual([2, 3, 7, 10]);
	expect(gifRate({ num: 30_000, den: 1001 })).toEqual({ num: 100, den: 3 });
});

test('a lower limit holds, and stays in whole hundredths', () => {
	expect(gifRate({ num: 30, den: 1 }, 20)).toEqual({ num: 100, den: 5 });
	expect(gifRate({ num: 30, den: 1 }, 15)).toEqual({ num: 100, den: 7 });
	expect(gifRate({ num: 15, den: 1 }, 20)).toEqual({ num: 100, den: 7 });
});
