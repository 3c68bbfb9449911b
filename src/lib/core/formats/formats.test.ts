import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCsv } from './csv.ts';
import { readEdl } from './edl.ts';
import { readLlc } from './llc.ts';
import { readList } from './read-list.ts';
import { readOsp } from './osp-read.ts';
import { readOtio } from './otio.ts';
import { readSegmentCsv } from './segment-csv.ts';
import { framesOfTimecode, timecodeOfFrames } from './smpte-timecode.ts';
import { readSrt } from './srt.ts';
import { readTimestampLog } from './timestamp-log.ts';
import { readYouTubeChapters } from './youtube.ts';

const fps = { num: 30, den: 1 };
const ntsc = { num: 30000, den: 1001 };

describe('log of timestamps', () => {
	test('an odd last moment is open to the end', () => {
		const read = readTimestampLog('00:00:01.000\n00:00:02.000\n00:00:50.500\n');
		expect(read.spans).toEqual([
			{ inS: 1, outS: 2, name: '', line: 1, outLine: 2 },
			{ inS: 50.5, name: '', line: 3 },
		]);
	});
	test('bad and inverted pairs are reported with both their lines, and the others keep their partners', () => {
		const read = readTimestampLog('0:01\nrubbish\n0:05\n0:04\n\n0:07\n0:09\nx\n0:11\ny\nz\n');
		expect(read.spans).toEqual([{ inS: 7, outS: 9, name: '', line: 6, outLine: 7 }]);
		expect(read.skipped).toEqual([
			{ line: 2, reason: 'OUT “rubbish” is not a time' },
			{ line: 1, reason: 'IN 0:01 is left out with its OUT on line 2' },
			{ line: 3, reason: 'OUT 0:04 is not after IN 0:05 (its OUT on line 4 is left out with it)' },
			{ line: 8, reason: 'IN “x” is not a time' },
			{ line: 9, reason: 'OUT 0:11 is left out with its IN on line 8' },
			{ line: 10, reason: 'IN “y” is not a time' },
			{ line: 11, reason: 'OUT “z” is not a time' },
		]);
	});
	test('commas stand around a moment or before its fraction', () => {
		expect(readTimestampLog('00:00:01.500,\r\n,00:00:02,250\r\n').spans).toMatchObject([{ inS: 1.5, outS: 2.25 }]);
	});
});

describe('CSV', () => {
	test('header, open ends, hours and tags', () => {
		const read = readSegmentCsv(
			'Start,End,Name,Tag\n1:02:03.5,1:02:04,"a ""b"", c",x\n5,,\n,7,from the start\nbad,6\n9,8\n',
		);
		expect(read.spans).toEqual([
			{ inS: 3723.5, outS: 3724, name: 'a "b", c', tags: ['x'], line: 2 },
			{ inS: 5, name: '', line: 3 },
			{ inS: 0, outS: 7, name: 'from the start', line: 4 },
		]);
		expect(read.skipped).toEqual([
			{ line: 5, reason: '“bad” is not a time' },
			{ line: 6, reason: 'the end (8) is not after the start (9)' },
		]);
	});
	test('semicolons with decimal commas, and tabs', () => {
		expect(readSegmentCsv('1,5;2,75;a\n3;4;b, c\n').spans).toMatchObject([
			{ inS: 1.5, outS: 2.75, name: 'a' },
			{ inS: 3, outS: 4, name: 'b, c' },
		]);
		expect(readSegmentCsv('00:00:01.000\t00:00:02.000\ta, b\n').spans).toMatchObject([
			{ inS: 1, outS: 2, name: 'a, b' },
		]);
	});
	test('a quote that is never closed costs its own line only', () => {
		const read = readSegmentCsv('1,2,"open\n3,4,b\n');
		expect(read.spans).toMatchObject([{ inS: 3, outS: 4, name: 'b', line: 2 }]);
		expect(read.skipped).toEqual([{ line: 1, reason: 'a quote that opens here is never closed' }]);
	});
	test('line breaks inside quotes count as lines', () => {
		expect(readSegmentCsv('1,2,"a\r\nb"\r\nx,4\r\n5,6\r\n')).toMatchObject({
			spans: [{ name: 'a\r\nb', line: 1 }, { line: 4 }],
			skipped: [{ line: 3 }],
		});
	});
	test('a line without an end is reported', () => {
		expect(readSegmentCsv('1,2\n7\n').skipped).toEqual([{ line: 2, reason: '“7” has no end beside it' }]);
	});
});

describe('LosslessCut project', () => {
	test('comments, single quotes, unknown fields and a bad segment', () => {
		const read = readLlc(
			"// x\n{version: 2, mediaFileName: 'a.mp4', future: 1, cutSegments: [{start: 1, end: 2, name: 'x', tags: {a: 'b'}, odd: []}, {start: 'q'}, {end: 4},],}",
		);
		expect(read.spans).toEqual([
			{ inS: 1, outS: 2, name: 'x', tags: ['a: b'], mediaName: 'a.mp4' },
			{ inS: 0, outS: 4, name: '', mediaName: 'a.mp4' },
		]);
		expect(read.skipped).toEqual([{ line: 0, reason: 'segment 2: its start cannot be read' }]);
		expect(read.notes).toEqual([{ line: 0, reason: 'fields that are not known here were left out: “future”, “odd”' }]);
		expect(readLlc('{').skipped[0]?.reason).toContain('not a LosslessCut project');
	});
	test('version 1 has numbers as tags; a newer version is read with a note', () => {
		expect(readLlc('{"version":1,"cutSegments":[{"start":0,"end":1,"name":"a","tags":{"nr":3}}]}').spans).toMatchObject(
			[{ tags: ['nr: 3'] }],
		);
		expect(readLlc('{"version":3,"cutSegments":[]}').notes[0]?.reason).toContain('newer LosslessCut');
	});
});

describe('chapters and subtitles', () => {
	test('YouTube chapters run to the next one', () => {
		const read = readYouTubeChapters('0:00 Intro\n1:05 - Middle\n\nhello\n1:02:03 End\n1:02:03 Again');
		expect(read.spans).toEqual([
			{ inS: 0, outS: 65, name: 'Intro', line: 1 },
			{ inS: 65, outS: 3723, name: 'Middle', line: 2 },
			{ inS: 3723, name: 'Again', line: 6 },
		]);
		expect(read.skipped).toEqual([
			{ line: 4, reason: 'the line does not begin with a time' },
			{ line: 5, reason: 'another chapter begins at the same time' },
		]);
	});
	test('SRT cues become spans', () => {
		const read = readSrt(
			'1\r\n00:00:01,500 --> 00:00:02,750\r\nHello\r\n<i>you</i>\r\n\r\n2\r\n00:00:09,000 --> 00:00:08,000\r\nno\r\n3\n00:00:10.0 --> 00:00:11,25\nlate',
		);
		expect(read.spans).toEqual([
			{ inS: 1.5, outS: 2.75, name: 'Hello you', line: 2 },
			{ inS: 10, outS: 11.25, name: 'late', line: 10 },
		]);
		expect(read.skipped).toEqual([{ line: 7, reason: 'the cue ends before it starts' }]);
	});
});

describe('edit decision list', () => {
	test('drop-frame timecode counts as SMPTE ST 12-1 says', () => {
		const read = readEdl('001  AX V C 00:01:00;02 00:10:00;00 00:00:00;00 00:08:59;28', ntsc);
		expect(read.spans[0]?.inS).toBeCloseTo((1800 * 1001) / 30000, 6);
		expect(read.spans[0]?.outS).toBeCloseTo((17982 * 1001) / 30000, 6);
	});
	test('FCM says how colons are meant', () => {
		const event = '001  AX V C 00:01:00:02 00:01:01:00 00:00:00:00 00:00:00:28';
		expect(readEdl(`FCM: DROP FRAME\n${event}`, ntsc).spans[0]?.inS).toBeCloseTo((1800 * 1001) / 30000, 6);
		expect(readEdl(`FCM: NON-DROP FRAME\n${event}`, ntsc).spans[0]?.inS).toBeCloseTo((1802 * 1001) / 30000, 6);
		expect(readEdl(`FCM: DROP FRAME\n${event}`, fps).spans[0]?.inS).toBeCloseTo(1802 / 30, 6);
	});
	test('every frame of a day has one timecode, forth and back, in drop-frame too', () => {
		for (const rate of [ntsc, { num: 60000, den: 1001 }, fps, { num: 25, den: 1 }]) {
			fc.assert(
				fc.property(fc.nat(24 * 3600 * 25), (frames) => {
					expect(framesOfTimecode(timecodeOfFrames(frames, rate, true), rate, true)).toBe(frames);
					expect(framesOfTimecode(timecodeOfFrames(frames, rate), rate)).toBe(frames);
				}),
				{ seed: 3 },
			);
		}
		expect(timecodeOfFrames(1800, ntsc, true)).toBe('00:01:00;02');
		expect(timecodeOfFrames(17982, ntsc, true)).toBe('00:10:00;00');
		expect(timecodeOfFrames(108000, fps)).toBe('01:00:00:00');
	});
	test('sound, black and the empty half of a dissolve are no cuts; a number that comes twice is told', () => {
		const read = readEdl(
			[
				'TITLE: x',
				'001  AX       A     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00',
				'002  BL       V     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00',
				'003  AX       V     C        00:00:05:00 00:00:05:00 00:00:01:00 00:00:01:00',
				'003  BX       V     D    010 00:00:07:00 00:00:08:00 00:00:01:00 00:00:02:00',
				'* FROM CLIP NAME: a.mp4',
				'* COMMENT: the fade',
				'003  AX       V     C        00:00:09:00 00:00:10:00 00:00:02:00 00:00:03:00',
				'004  AX       V     C        00:00:09:99 00:00:10:00 00:00:02:00 00:00:03:00',
				'005  AX       V     C        00:00:09:00 00:00:08:00 00:00:02:00 00:00:03:00',
			].join('\n'),
			fps,
		);
		expect(read.spans).toEqual([
			{ inS: 7, outS: 8, name: 'the fade', mediaName: 'a.mp4', line: 5 },
			{ inS: 9, outS: 10, name: '', line: 8 },
		]);
		expect(read.skipped).toEqual([
			{ line: 9, reason: 'the event cannot be read at 30 frames per second' },
			{ line: 10, reason: 'the event ends before it starts' },
		]);
		expect(read.notes).toEqual([{ line: 8, reason: 'event 003 stands on line 5 already; both were read' }]);
	});
});

describe('OpenTimelineIO', () => {
	const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: 25, value });
	const range = (start: number, duration: number) => ({
		OTIO_SCHEMA: 'TimeRange.1',
		start_time: time(start),
		duration: time(duration),
	});
	const timeline = (...children: unknown[]) =>
		JSON.stringify({
			OTIO_SCHEMA: 'Timeline.1',
			tracks: { OTIO_SCHEMA: 'Stack.1', children: [{ OTIO_SCHEMA: 'Track.1', kind: 'Video', children }] },
		});
	test('media that begins at a timecode is counted from there', () => {
		const read = readOtio(
			timeline({
				OTIO_SCHEMA: 'Clip.1',
				name: 'x',
				source_range: range(90_050, 25),
				media_reference: {
					OTIO_SCHEMA: 'ExternalReference.1',
					target_url: 'file:///films/my%20film.mov',
					available_range: range(90_000, 500),
				},
			}),
		);
		expect(read.spans).toEqual([{ inS: 2, outS: 3, name: 'x', mediaName: 'my film.mov' }]);
	});
	test('a clip without a part shows all of its media; what tells neither is reported', () => {
		const read = readOtio(
			timeline(
				{ OTIO_SCHEMA: 'Clip.2', name: 'all', media_references: { DEFAULT_MEDIA: { available_range: range(0, 50) } } },
				{ OTIO_SCHEMA: 'Gap.1', source_range: range(0, 5) },
				{ OTIO_SCHEMA: 'Clip.2', name: 'none' },
				{ OTIO_SCHEMA: 'Clip.2', name: 'off', enabled: false, source_range: range(0, 5) },
				7,
			),
		);
		expect(read.spans).toEqual([{ inS: 0, outS: 2, name: 'all' }]);
		expect(read.skipped.map(({ reason }) => reason)).toEqual([
			'the clip “none” does not say which part of its media it shows',
			'the clip “off” is switched off',
			'a part cannot be read',
		]);
	});
});

describe('OpenShot project', () => {
	const file = { id: 'F', path: 'C:\\films\\a 50%.mp4', width: 1920, height: 1080 };
	const clip = { id: 'A', file_id: 'F', title: 'one', position: 5, start: 1, end: 2 };
	const project = (clips: unknown[], more: object = {}) =>
		JSON.stringify({ files: [file], clips, width: 1920, height: 1080, version: { 'openshot-qt': '3.1.0' }, ...more });
	test('clips come in the order of the timeline, not of the file', () => {
		const read = readOsp(project([clip, { ...clip, id: 'B', position: 0, start: 7, end: 9, title: 'a 50%.mp4' }]));
		expect(read).toMatchObject({ skipped: [], notes: [] });
		expect(read.spans).toEqual([
			{ inS: 7, outS: 9, name: '', mediaName: 'a 50%.mp4' },
			{ inS: 1, outS: 2, name: 'one', mediaName: 'a 50%.mp4' },
		]);
	});
	test('a clip of a file that the project does not name is left out with a reason', () => {
		const read = readOsp(
			project([
				{ ...clip, file_id: 'gone' },
				{ ...clip, id: 'B', file_id: undefined, title: undefined },
				{ ...clip, id: 'C', file_id: 'gone', reader: { path: '/films/b.mp4' } },
			]),
		);
		expect(read.spans).toMatchObject([{ name: 'one', mediaName: 'b.mp4' }]);
		expect(read.skipped.map(({ reason }) => reason)).toEqual([
			'clip 1 “one” is of a file that the project does not name',
			'clip 2 is of a file that the project does not name',
		]);
	});
	test('what is not taken over is told: effects, speed, moves, an id that comes twice, a newer version', () => {
		const points = (...values: number[]) => ({ Points: values.map((Y, i) => ({ co: { X: i + 1, Y } })) });
		const read = readOsp(
			project([clip, { ...clip, effects: [{}], time: points(1, 9), scale_x: points(1, 2) }, { ...clip, end: 0.5 }, 4], {
				version: { 'openshot-qt': '4.0.1' },
			}),
		);
		expect(read.spans).toHaveLength(2);
		expect(read.notes.map(({ reason }) => reason)).toEqual([
			'it was written by OpenShot 4.0.1, which is newer than what is known here: check the cuts',
			'clip 2 “one” has the id of another clip; both were read',
			'clip 2 “one”: its change of speed was left out',
			'clip 2 “one”: its moving crop was left out',
			'clip 2 “one”: its effects were left out',
			'clip 3 “one” has the id of another clip; both were read',
		]);
		expect(read.skipped.map(({ reason }) => reason)).toEqual([
			'clip 4 cannot be read ()',
			'clip 3 “one” ends before it starts',
		]);
	});
});

test('any text is read without a throw', () => {
	const readers = [readSegmentCsv, readTimestampLog, readYouTubeChapters, readSrt, readLlc, readOtio, readOsp];
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
			for (const read of readers) read(text);
			readEdl(text, fps);
			splitCsv(text);
		}),
		{ numRuns: 30 },
	);
	const deep = '['.repeat(20_000);
	expect(readOtio(deep).skipped).toHaveLength(1);
	expect(readLlc(deep).skipped).toHaveLength(1);
	expect(readOsp(`{"files":[],"clips":${deep}`).skipped).toHaveLength(1);
	const nested = `${'{"OTIO_SCHEMA":"Stack.1","children":['.repeat(5000)}${']}'.repeat(5000)}`;
	expect(readOtio(nested).skipped[0]?.reason).toBe('a part is nested too deeply');
});

test('a report quotes little of an endless line', () => {
	const media = { id: 'open', name: 'film.mp4', startS: 0, endS: 60 };
	const read = readList(`${'1'.repeat(1_000_000)}\n0:02\n`, { fileName: 'endless.log', media, fps });
	const reason = read.ok ? (read.value.skipped[0]?.reason ?? '') : '';
	expect(reason).toMatch(/^IN “1{100,} … 1+” is not a time$/u);
	expect(reason.length).toBeLessThan(310);
});
