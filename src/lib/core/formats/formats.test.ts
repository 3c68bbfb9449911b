import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCsv } from './csv.ts';
import { edlTimecode, readEdl, writeEdl } from './edl.ts';
import { closeSpans, type ListedSpan } from './imported.ts';
import { readLlc, writeLlc } from './llc.ts';
import { readOtio, writeOtio } from './otio.ts';
import { readSegmentCsv, writeLosslessCutCsv, writeSegmentCsv } from './segment-csv.ts';
import { readSrt } from './srt.ts';
import { readTimestampLog } from './timestamp-log.ts';
import { readYouTubeChapters, writeYouTubeChapters } from './youtube.ts';

type Closed = ListedSpan & { readonly outS: number };
const fps = { num: 30, den: 1 };

/** Spans on frame edges of 30 fps, with names of any text. */
const spansArbitrary = fc
	.array(
		fc.record({
			first: fc.nat(100_000),
			length: fc.integer({ min: 1, max: 5000 }),
			name: fc.string({ unit: 'grapheme', maxLength: 30 }),
		}),
		{ maxLength: 20 },
	)
	.map((list) =>
		list.map(({ first, length, name }): Closed => ({ inS: first / 30, outS: (first + length) / 30, name })),
	);

const expectSame = (read: readonly ListedSpan[], written: readonly Closed[], name: (text: string) => string): void => {
	expect(read.length).toBe(written.length);
	read.forEach((span, i) => {
		expect(span.inS).toBeCloseTo(written[i]!.inS, 5);
		expect(span.outS).toBeCloseTo(written[i]!.outS, 5);
		expect(span.name).toBe(name(written[i]!.name));
	});
};

describe('round trips lose nothing', () => {
	test('CSV', () => {
		fc.assert(
			fc.property(spansArbitrary, (spans) => {
				const read = readSegmentCsv(writeSegmentCsv(spans));
				expect(read.skipped).toEqual([]);
				expectSame(read.spans, spans, (text) => text.replaceAll('\r', '').trim());
			}),
		);
	});
	test('LosslessCut CSV', () => {
		fc.assert(
			fc.property(spansArbitrary, (spans) => {
				expectSame(readSegmentCsv(writeLosslessCutCsv(spans)).spans, spans, (text) => text.replaceAll('\r', '').trim());
			}),
		);
	});
	test('LosslessCut project', () => {
		fc.assert(
			fc.property(spansArbitrary, (spans) =>
				expectSame(readLlc(writeLlc(spans, 'a.mp4')).spans, spans, (text) => text),
			),
		);
	});
	test('OpenTimelineIO', () => {
		fc.assert(
			fc.property(spansArbitrary, (spans) =>
				expectSame(readOtio(writeOtio(spans, 'a.mp4', fps)).spans, spans, (text) => text),
			),
		);
	});
	test('edit decision list', () => {
		fc.assert(
			fc.property(spansArbitrary, (spans) => {
				const read = readEdl(writeEdl(spans, 'title', fps), fps);
				expect(read.skipped).toEqual(spans.length === 0 ? [{ line: 0, reason: 'no event was found' }] : []);
				expectSame(read.spans, spans, (text) => text.replace(/\s+/gu, ' ').trim());
			}),
		);
	});
});

describe('log of timestamps', () => {
	test('the twelve pairs of the requirement come back in order', () => {
		const pairs = [
			[0.901, 6.573],
			[8.242, 11.912],
			[15.215, 20.02],
			[23.457, 29.563],
			[32.332, 37.004],
			[40.874, 44.344],
			[6.34, 7.207],
			[12.579, 15.916],
			[20.721, 23.323],
			[26.693, 28.328],
			[37.204, 38.171],
			[41.842, 44.144],
		];
		const clock = (s: number): string => `00:00:${s.toFixed(3).padStart(6, '0')}`;
		const read = readTimestampLog(
			pairs
				.flat()
				.map((s) => `${clock(s)},`)
				.join('\n'),
		);
		expect(read.skipped).toEqual([]);
		expect(read.spans.map(({ inS, outS }) => [inS, outS])).toEqual(pairs);
		expect(
			readSegmentCsv(`# IN,OUT (seconds)\n${pairs.map((pair) => pair.join(',')).join('\n')}\n`).spans.map(
				({ inS, outS }) => [inS, outS],
			),
		).toEqual(pairs);
	});
	test('an odd last moment runs to the end of the file', () => {
		const read = readTimestampLog('00:00:01.000\n00:00:02.000\n00:00:50.500\n');
		expect(closeSpans(read, 60).spans.map(({ inS, outS }) => [inS, outS])).toEqual([
			[1, 2],
			[50.5, 60],
		]);
	});
	test('an odd last moment after the end is reported', () => {
		const closed = closeSpans(readTimestampLog('00:01:10.000'), 60);
		expect(closed.spans).toEqual([]);
		expect(closed.skipped[0]?.reason).toContain('after the end of the file');
	});
	test('bad and inverted pairs are reported with their line, and the others keep their partners', () => {
		const read = readTimestampLog('00:00:01\nrubbish\n00:00:05\n00:00:04\n\n00:00:07\n00:00:09\n');
		expect(read.spans).toEqual([{ inS: 7, outS: 9, name: '' }]);
		expect(read.skipped.map(({ line }) => line)).toEqual([2, 3]);
	});
});

describe('reading what others wrote', () => {
	test('CSV with a header, open ends, hours and tags', () => {
		const read = readSegmentCsv('Start,End,Name,Tag\n1:02:03.5,1:02:04,"a ""b"", c",x\n5,,\nbad,6\n9,8\n');
		expect(read.spans).toEqual([
			{ inS: 3723.5, outS: 3724, name: 'a "b", c', tags: ['x'] },
			{ inS: 5, name: '' },
		]);
		expect(read.skipped.map(({ line }) => line)).toEqual([4, 5]);
	});
	test('a LosslessCut project with comments, single quotes, unknown fields and a bad segment', () => {
		const read = readLlc(
			"// x\n{version: 2, mediaFileName: 'a.mp4', future: 1, cutSegments: [{start: 1, end: 2, name: 'x', tags: {a: 'b'}, odd: []}, {start: 'q'}, {end: 4},],}",
		);
		expect(read.spans).toEqual([
			{ inS: 1, outS: 2, name: 'x', tags: ['a: b'] },
			{ inS: 0, outS: 4, name: '' },
		]);
		expect(read.skipped).toEqual([{ line: 0, reason: 'segment 2 cannot be read' }]);
		expect(readLlc('{').skipped[0]?.reason).toContain('not a LosslessCut project');
	});
	test('YouTube chapters run to the next one', () => {
		const read = readYouTubeChapters('0:00 Intro\n1:05 - Middle\n\nhello\n1:02:03 End');
		expect(read.spans).toEqual([
			{ inS: 0, outS: 65, name: 'Intro' },
			{ inS: 65, outS: 3723, name: 'Middle' },
			{ inS: 3723, name: 'End' },
		]);
		expect(read.skipped).toEqual([{ line: 4, reason: 'the line does not begin with a time' }]);
		expect(writeYouTubeChapters(read.spans)).toBe('0:00:00 Intro\n0:01:05 Middle\n1:02:03 End\n');
	});
	test('SRT cues become spans', () => {
		const read = readSrt(
			'1\r\n00:00:01,500 --> 00:00:02,750\r\nHello\r\n<i>you</i>\r\n\r\n2\r\n00:00:09,000 --> 00:00:08,000\r\nno\r\n',
		);
		expect(read.spans).toEqual([{ inS: 1.5, outS: 2.75, name: 'Hello you' }]);
		expect(read.skipped).toEqual([{ line: 7, reason: 'the cue ends before it starts' }]);
	});
	test('drop-frame timecode counts as SMPTE ST 12-1 says', () => {
		const ntsc = { num: 30000, den: 1001 };
		const read = readEdl('001  AX V C 00:01:00;02 00:10:00;00 00:00:00;00 00:08:59;28', ntsc);
		expect(read.spans[0]?.inS).toBeCloseTo((1800 * 1001) / 30000, 6);
		expect(read.spans[0]?.outS).toBeCloseTo((17982 * 1001) / 30000, 6);
		expect(edlTimecode(3600, fps)).toBe('01:00:00:00');
	});
	test('any text is read without a throw', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
				for (const read of [readSegmentCsv, readTimestampLog, readYouTubeChapters, readSrt, readLlc, readOtio])
					read(text);
				readEdl(text, fps);
				splitCsv(text);
			}),
		);
	});
});
