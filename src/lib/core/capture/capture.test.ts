import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isSafePath } from '../export/safe-path.ts';
import { captureFileName, captureName, nameOnDisk } from './capture-name.ts';
import { pictureOfCapture } from './capture-picture.ts';
import { crfOf } from './capture-quality.ts';
import { momentInFilm, spanInFilm } from './capture-span.ts';
import { CopiedPackets } from './fast-clip.ts';
import { chosenSubtitle, shapeOfCanvas, subtitlesOf } from './film-subtitles.ts';

describe('the span of a clip', () => {
	test.each([
		[{ kind: 'last', seconds: 30 }, 100, { startS: 70, endS: 100 }],
		[{ kind: 'last', seconds: 30, endS: 50 }, 100, { startS: 20, endS: 50 }],
		[{ kind: 'last', seconds: 30 }, 700, { startS: 570, endS: 600 }],
		[{ kind: 'last', seconds: 30 }, 12, { startS: 0, endS: 12 }],
		[{ kind: 'exact', startS: 590, endS: 620 }, 0, { startS: 590, endS: 600 }],
	] as const)('%o at %d s of 600 is %o', (asked, nowS, span) => {
		expect(spanInFilm(asked, nowS, 600)).toMatchObject({ ok: true, value: span });
	});

	test.each([
		[{ kind: 'last', seconds: 30 }, 0],
		[{ kind: 'exact', startS: 600, endS: 610 }, 0],
		[{ kind: 'exact', startS: 10, endS: 10 }, 0],
	] as const)('%o at %d s of 600 is a sentence', (asked, nowS) => {
		const span = spanInFilm(asked, nowS, 600);
		expect(span.ok ? '' : span.error).toMatch(/^[A-Z].*\.$/);
	});

	test.each([
		['gif', 60, true],
		['gif', 61, false],
		['mp4', 61, true],
		['mp4', 3600, true],
		['mp3', 3601, false],
	] as const)('a %s of %d s is taken: %s', (format, seconds, taken) => {
		for (const asked of [
			{ kind: 'last', seconds, endS: 5000 },
			{ kind: 'exact', startS: 100, endS: 100 + seconds },
		] as const) {
			const span = spanInFilm(asked, 0, 9000, format);
			expect(span.ok).toBe(taken);
			if (!span.ok) expect(span.error).toMatch(/^A (GIF may be a minute|clip may be an hour) long at most.*\.$/);
		}
	});

	it('always lies in the film', () => {
		const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });
		fc.assert(
			fc.property(seconds, seconds, fc.double({ min: 1, max: 1e4, noNaN: true }), (startS, nowS, durationS) => {
				for (const asked of [
					{ kind: 'exact', startS, endS: startS + 30 },
					{ kind: 'last', seconds: 30 },
				] as const) {
					const span = spanInFilm(asked, nowS, durationS);
					if (!span.ok) continue;
					expect(span.value.startS).toBeGreaterThanOrEqual(0);
					expect(span.value.endS).toBeLessThanOrEqual(durationS);
					expect(span.value.endS).toBeGreaterThan(span.value.startS);
				}
			}),
		);
	});
});

test('a picture after the end is the last one, and says so', () => {
	expect(momentInFilm(700, 600)).toEqual({ atS: 600, notes: [expect.stringContaining('0:10:00.0')] });
	expect(momentInFilm(-5, 600)).toEqual({ atS: 0, notes: [] });
	expect(momentInFilm(700, undefined)).toEqual({ atS: 700, notes: [] });
});

describe('the name of a capture', () => {
	test.each([
		[{ title: 'Breaking Bad', subtitle: 'S05E14 — Ozymandias', year: 2013 }, 3598.9, 'Breaking Bad S05E14 at 0:59:58'],
		[{ title: 'Heat', year: 1995 }, 3723, 'Heat (1995) at 1:02:03'],
		[{ title: '../../etc/passwd' }, 0, '../../etc/passwd at 0:00:00'],
		[{ title: '🎬'.repeat(90) }, 61, `${'🎬'.repeat(30)} at 0:01:01`],
		[{ title: 'What: the "Bleep" & it\'s 100%?' }, 61, 'What: the "Bleep" & it\'s 100%? at 0:01:01'],
		[{ title: '...' }, 61, 'Capture at 0:01:01'],
	])('%o at %d s is %s', (film, atS, name) => expect(captureName(film, atS)).toBe(name));

	it('becomes a file name without losing the time', () => {
		expect(nameOnDisk('Breaking Bad S05E14 at 0:59:58')).toBe('Breaking Bad S05E14 at 0.59.58');
		expect(nameOnDisk('../../etc/passwd at 0:00:00')).toBe('etc passwd at 0.00.00');
	});

	it('and its format make a file, also where nothing of the name is left', () => {
		expect(captureFileName({ name: 'Face/Off (1997) at 1:02:03', format: 'jpeg' })).toBe(
			'Face Off (1997) at 1.02.03.jpg',
		);
		expect(captureFileName({ name: '???', format: 'mp4' })).toBe('Capture.mp4');
	});

	it('is safe on a disk, and tells the time, whatever a media server says', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 0, max: 99_999 }), (title, atS) => {
				const name = nameOnDisk(captureName({ title }, atS));
				expect(isSafePath(`${name}.jpg`)).toBe(true);
				expect(name).toMatch(/ at \d+\.\d\d\.\d\d$/);
			}),
		);
	});
});

test('75 is CRF 18, and better quality never has a higher CRF', () => {
	expect(crfOf(75)).toBe(18);
	const all = Array.from({ length: 100 }, (_, n) => crfOf(n + 1));
	expect(all).toEqual([...all].sort((a, b) => b - a));
});

test('a picture is cropped and made smaller, never larger', () => {
	const frame = { width: 1920, height: 1080 };
	const crop = { ratio: { width: 9, height: 16 }, centre: { x: 1, y: 0.5 } };
	expect(pictureOfCapture({}, frame).size).toEqual(frame);
	expect(pictureOfCapture({ shortSide: 4320 }, frame).size).toEqual(frame);
	expect(pictureOfCapture({ shortSide: 720 }, frame).size).toEqual({ width: 1280, height: 720 });
	expect(pictureOfCapture({ crop, shortSide: 360 }, frame)).toEqual({
		crop: { x: 1312, y: 0, width: 608, height: 1080 },
		size: { width: 360, height: 640 },
	});
});

test('subtitles that cannot be drawn say why, and are not drawn', () => {
	const streams = [
		{ index: 2, codec_type: 'subtitle', codec_name: 'subrip', tags: { language: 'eng' } },
		{ index: 3, codec_type: 'subtitle', codec_name: 'hdmv_pgs_subtitle', tags: { language: 'x!', title: 'Signs' } },
		{ index: 4, codec_type: 'subtitle', codec_name: 'dvb_teletext' },
	];
	const beside = [{ id: 'e0', label: 'French', language: 'fre', codec: 'sup', forced: true }];
	const all = subtitlesOf({ streams, format: {} }, beside, { kind: 'stream', index: 3 }, new Set());
	expect(all.map(({ id, unusable }) => [id, unusable === undefined])).toEqual([
		['s2', false],
		['s3', true],
		['s4', false],
		['e0', false],
	]);
	expect(chosenSubtitle('playing', all, 'Film')).toMatchObject({ ok: true, value: { id: 's3', label: 'x! (Signs)' } });
	const refused = chosenSubtitle('s2', all, 'Film');
	expect(refused.ok ? '' : refused.error).toBe(
		'The subtitle “English” cannot be burned in: the ffmpeg of the server was built without libass. Choose another one, or none.',
	);
});

test('pictures of discs are stretched to the screen that they are made for', () => {
	const film = { width: 1024, height: 576 };
	expect(shapeOfCanvas('dvd_subtitle', { width: 720, height: 576 }, film)).toEqual({ width: 16, height: 9 });
	expect(shapeOfCanvas('dvd_subtitle', { width: 720, height: 576 }, { width: 768, height: 576 })).toEqual({
		width: 4,
		height: 3,
	});
	const wide = { width: 1920, height: 1080 };
	expect(shapeOfCanvas('hdmv_pgs_subtitle', wide, { width: 1920, height: 800 })).toBe(wide);
});

test('a copy that does not begin with a key frame is none', () => {
	const read = (...lines: string[]) => {
		const packets = new CopiedPackets();
		lines.forEach((line) => packets.add(line));
		return packets.span;
	};
	const base = '#tb 0: 1/1000';
	expect(read(base)).toBeUndefined();
	expect(read(base, '0, 980, 1000, 40, 99, 0x1, F=0x0')).toBeUndefined();
	expect(
		read(base, '0, 980, 1000, 40, 99, 0x1', '0, 990, 1080, 40, 9, 0x1, F=0x0', '0, 1000, 1040, 40, 9, 0x1, F=0x0'),
	).toEqual({
		...{ inS: 1, outS: 1.12 },
	});
});
