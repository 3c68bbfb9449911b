import { expect, test } from 'vitest';
import { mixTo, type Planes } from './mix.ts';
import { Resampler } from './resample.ts';
import { SoundSpan, type SoundSpanOptions } from './sound-span.ts';

const sine = (rateHz: number, length: number, frequency: number): Float32Array<ArrayBuffer> =>
	Float32Array.from({ length }, (_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * i) / rateHz));

const joined = (blocks: readonly Planes[]): number[] => blocks.flatMap((planes) => [...planes[0]!]);

function span(
	options: Partial<SoundSpanOptions>,
	blocks: readonly { timestampS: number; rateHz: number; planes: Planes }[],
): number[] {
	const cut = new SoundSpan({ inS: 0, length: 10, rateHz: 10, channels: 1, ...options });
	const made = blocks.flatMap((block) => [...cut.push(block)]);
	return joined([...made, ...cut.end()]);
}

const block = (timestampS: number, ...samples: number[]) => ({
	timestampS,
	rateHz: 10,
	planes: [Float32Array.from(samples)],
});

test('sound is cut at the sample, on both sides', () => {
	expect(span({ inS: 0.3, length: 4 }, [block(0, 0, 1, 2, 3, 4), block(0.5, 5, 6, 7, 8)])).toEqual([3, 4, 5, 6]);
});

test('gaps become silence, also before the first block and after the last', () => {
	expect(span({ length: 10 }, [block(0.2, 1, 1), block(0.6, 2, 2)])).toEqual([0, 0, 1, 1, 0, 0, 2, 2, 0, 0]);
});

test('what overlaps is dropped', () => {
	expect(span({ length: 6 }, [block(0, 1, 2, 3, 4), block(0.2, 30, 40, 5, 6)])).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a span without any sound is silent', () => {
	expect(span({ length: 3 }, [])).toEqual([0, 0, 0]);
});

test('44.1 kHz becomes 48 kHz at the same pitch, length and place', () => {
	const source = sine(44_100, 44_100, 1000);
	const blocks = [0, 1, 2, 3].map((n) => ({
		timestampS: (n * 11_025) / 44_100,
		rateHz: 44_100,
		planes: [source.slice(n * 11_025, (n + 1) * 11_025)],
	}));
	const made = span({ length: 48_000, rateHz: 48_000 }, blocks);
	expect(made.length).toBe(48_000);
	const expected = sine(48_000, 48_000, 1000);
	for (let i = 100; i < 47_900; i += 1) expect(Math.abs(made[i]! - expected[i]!)).toBeLessThan(1e-3);
});

test('a span that starts between two source samples is resampled from there', () => {
	const source = sine(44_100, 44_100, 500);
	const made = span({ inS: 0.5, length: 4800, rateHz: 48_000 }, [{ timestampS: 0, rateHz: 44_100, planes: [source] }]);
	for (let i = 0; i < 4700; i += 1) {
		expect(Math.abs(made[i]! - 0.5 * Math.sin(2 * Math.PI * 500 * (0.5 + i / 48_000)))).toBeLessThan(1e-3);
	}
});

test('what a lower rate cannot hold is filtered out', () => {
	const resampler = new Resampler({ from: 96_000, to: 48_000, start: 0, channels: 1 });
	const made = joined([resampler.push([sine(96_000, 9600, 35_000)]), resampler.end()]);
	for (let i = 100; i < 4700; i += 1) expect(Math.abs(made[i]!)).toBeLessThan(1e-3);
});

test('channels are mixed so that nothing clips', () => {
	const full = Float32Array.from([1, 1]);
	for (let channels = 3; channels <= 8; channels += 1) {
		const [left, right] = mixTo(
			Array.from({ length: channels }, () => full),
			2,
		);
		expect(Math.max(...left!, ...right!)).toBeLessThanOrEqual(1.0001);
	}
	expect(mixTo([full], 2)).toEqual([full, full]);
	expect(mixTo([Float32Array.from([1]), Float32Array.from([0])], 1)).toEqual([Float32Array.from([0.5])]);
});
