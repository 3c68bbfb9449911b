import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClosedSpan, ListedSpan } from './imported.ts';
import { writeOsp } from './osp.ts';
import { readList } from './read-list.ts';
import { writeList, type WrittenFormat } from './write-list.ts';

const FPS_OF_CASES = [
	{ num: 30, den: 1 },
	{ num: 24, den: 1 },
	{ num: 30000, den: 1001 },
	{ num: 60000, den: 1001 },
] as const;
const END_S = 12 * 3600;

/** Spans on frame edges, with names of any text. */
const spansAt = (fps: { num: number; den: number }) =>
	fc
		.array(
			fc.record({
				first: fc.nat(1_000_000),
				length: fc.integer({ min: 1, max: 5000 }),
				name: fc.string({ unit: 'grapheme', maxLength: 30 }),
				tags: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}(: [a-z0-9 ]{0,7}[a-z])?$/), {
					maxLength: 3,
					selector: (tag) => tag.split(':')[0],
				}),
				selected: fc.boolean(),
			}),
			{ minLength: 1, maxLength: 20 },
		)
		.map((list) =>
			list.map(({ first, length, ...rest }): ClosedSpan => {
				const timeS = (frames: number): number => (frames * fps.den) / fps.num;
				return { inS: timeS(first), outS: timeS(first + length), ...rest };
			}),
		);

interface Expectation {
	/** How far a time may be off, in seconds. */
	readonly withinS: number;
	/** What is left of a name. */
	readonly name?: (span: ClosedSpan) => string;
	readonly fields?: readonly (keyof ListedSpan)[];
	readonly mediaName?: string;
}

function check(format: WrittenFormat, fileName: string, expected: Expectation): void {
	for (const fps of FPS_OF_CASES) {
		fc.assert(
			fc.property(spansAt(fps), (spans) => {
				const text = writeList(format, spans, { title: 'holiday', mediaName: 'my film "1" ü%.mp4', fps });
				const read = readList(text, {
					fileName,
					media: { id: 'm', name: 'my film "1" ü%.mp4', startS: 0, endS: END_S },
					fps,
				});
				if (!read.ok) throw new Error(read.error);
				expect(read.value.skipped).toEqual([]);
				expect(read.value.notes).toEqual([]);
				expect(read.value.spans.length).toBe(spans.length);
				read.value.spans.forEach((span, i) => {
					const written = spans[i]!;
					expect(Math.abs(span.inS - written.inS)).toBeLessThanOrEqual(expected.withinS);
					expect(Math.abs(span.outS - written.outS)).toBeLessThanOrEqual(expected.withinS);
					expect(span.name).toBe((expected.name ?? (({ name }) => name))(written));
					for (const field of expected.fields ?? []) expect(span[field]).toEqual(written[field]);
				});
			}),
			{ seed: 7, numRuns: 60 },
		);
	}
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

describe('a list that was written is read back', () => {
	test('CSV: times to the last bit, any name', () => {
		check('csv', 'edits.csv', { withinS: 0 });
	});
	test('CSV pasted as text', () => {
		check('csv', '', { withinS: 0 });
	});
	test('LosslessCut CSV', () => {
		check('losslesscut-csv', 'edits.csv', { withinS: 0 });
	});
	test('LosslessCut project: tags and ticks too', () => {
		check('llc', 'film.llc', { withinS: 0, fields: ['selected'] });
	});
	test('OpenTimelineIO', () => {
		check('otio', 'film.otio', { withinS: 1e-6 });
	});
	test('edit decision list: names on one line', () => {
		check('edl', 'film.edl', { withinS: 1e-6, name: ({ name }) => oneLine(name) || 'my film "1" ü%.mp4' });
	});
	test('log of timestamps: to the millisecond, without names', () => {
		check('log', 'film.log', { withinS: 0.0005 + 1e-9, name: () => '' });
	});
	test('LosslessCut project: tags', () => {
		fc.assert(
			fc.property(spansAt(FPS_OF_CASES[0]), (spans) => {
				const text = writeList('llc', spans, { title: '', mediaName: 'a.mp4', fps: FPS_OF_CASES[0] });
				const media = { id: 'm', name: 'a.mp4', startS: 0, endS: END_S };
				const read = readList(text, { fileName: '', media, fps: FPS_OF_CASES[0] });
				expect(read.ok && read.value.spans.map(({ tags = [] }) => tags)).toEqual(spans.map(({ tags }) => tags));
			}),
			{ seed: 8 },
		);
	});
	test('YouTube chapters: whole seconds, in order, each to the next', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.record({ second: fc.nat(40_000), name: fc.stringMatching(/^\w[\w ,:"-]{0,20}$/) }), {
					minLength: 1,
					selector: ({ second }) => second,
				}),
				(chapters) => {
					const fps = FPS_OF_CASES[0];
					const spans = chapters.map(({ second, name }) => ({ inS: second + 0.4, outS: second + 0.9, name }));
					const text = writeList('youtube', spans, { title: '', mediaName: 'a.mp4', fps });
					const media = { id: 'm', name: 'a.mp4', startS: 0, endS: END_S };
					const read = readList(text, { fileName: 'chapters.txt', media, fps });
					const sorted = [...chapters].sort((a, b) => a.second - b.second);
					expect(read.ok && read.value.format).toBe('youtube');
					expect(read.ok && read.value.spans.map(({ inS, outS, name }) => [inS, outS, name])).toEqual(
						sorted.map(({ second, name }, i) => [second, sorted[i + 1]?.second ?? END_S, oneLine(name)]),
					);
				},
			),
			{ seed: 9 },
		);
	});
	test('times count from the first timestamp of the file', () => {
		const fps = { num: 30, den: 1 };
		const text = writeList('csv', [{ inS: 1, outS: 2, name: '' }], { title: '', mediaName: 'a.ts', fps });
		const read = readList(text, { fileName: '', media: { id: 'm', name: 'a.ts', startS: 1.4, endS: 61.4 }, fps });
		expect(read.ok && read.value.spans).toMatchObject([{ inS: 2.4, outS: 3.4 }]);
	});
});

describe('an OpenShot project that was written is read back', () => {
	const media = {
		key: 'k',
		name: '50% off.mp4',
		bytes: 1,
		durationS: END_S,
		hasVideo: true,
		hasAudio: true,
		width: 1920,
		height: 1080,
		rotation: 0 as const,
		fps: { num: 30, den: 1 },
		videoCodec: 'avc',
		audioCodec: 'aac',
		sampleRateHz: 48000,
		channels: 2,
	};
	const cropArbitrary = fc
		.record({ zoom: fc.double({ min: 1, max: 8, noNaN: true }), x: fc.integer({ min: 0, max: 100 }), y: fc.nat(100) })
		.map(({ zoom, x, y }) => {
			const [wide, high] = [(0.5 * (9 / 16) * (9 / 16)) / zoom, 0.5 / zoom];
			return { zoom, x: wide + ((1 - 2 * wide) * x) / 100, y: high + ((1 - 2 * high) * y) / 100 };
		});
	test('cuts in order with their names, files and still crops', () => {
		fc.assert(
			fc.property(
				spansAt({ num: 30, den: 1 }),
				cropArbitrary,
				fc.constantFrom(0, 90, 180, 270),
				(spans, crop, rotation) => {
					const clips = spans.map(({ inS, outS, name }) => {
						return { media: 'k', name, inS, outS, crop: [{ atS: inS, ...crop, smooth: false }] };
					});
					const text = writeOsp({
						id: 'P',
						width: 1080,
						height: 1920,
						fps: { num: 30, den: 1 },
						media: [{ ...media, rotation }],
						clips,
					});
					const read = readList(text, {
						fileName: 'film.osp',
						media: { id: 'm', name: '50% off.mp4', startS: 0, endS: END_S },
						fps: { num: 30, den: 1 },
					});
					if (!read.ok) throw new Error(read.error);
					expect(read.value).toMatchObject({ format: 'osp', skipped: [], notes: [] });
					read.value.spans.forEach((span, i) => {
						expect(Math.abs(span.inS - spans[i]!.inS)).toBeLessThan(0.0011);
						expect(span.outS).toBe(spans[i]!.outS);
						expect(span.name).toBe(spans[i]!.name === media.name ? '' : spans[i]!.name);
						expect(span.crop?.ratio).toEqual({ width: 9, height: 16 });
						expect(span.crop?.zoom).toBeCloseTo(crop.zoom, 9);
						expect(span.crop?.centre.x).toBeCloseTo(crop.x, 9);
						expect(span.crop?.centre.y).toBeCloseTo(crop.y, 9);
					});
				},
			),
			{ seed: 10, numRuns: 60 },
		);
	});
});
