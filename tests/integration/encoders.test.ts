import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { EncoderReport } from '../../src/lib/contract/encoders.ts';
import type { Config } from '../../sync-server/config.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { Settings } from '../../sync-server/db/settings.ts';
import type { Devices } from '../../sync-server/encoders/devices.ts';
import { Encoders } from '../../sync-server/encoders/encoders.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { filmTask, part } from '../film-task.ts';

const FAKE = fileURLToPath(new URL('../fakes/fake-ffmpeg.sh', import.meta.url));
const real = (process.env['PATH'] ?? '')
	.split(delimiter)
	.map((folder) => join(folder, 'ffmpeg'))
	.find(existsSync);

const keeper = new ProgramKeeper();
afterEach(() => {
	delete process.env['FAKE_MODE'];
});

const NO_DEVICES: Devices = { platform: 'linux', nvidia: false, nodes: [], refused: undefined };

interface EncodersWith {
	readonly devices?: Devices;
	readonly choice?: Config['encoder'];
	readonly limitMs?: number;
	readonly settings?: Settings;
}

function newSettings(): Settings {
	const database = openDatabase(':memory:');
	if (!database.ok) throw new Error(database.error);
	return new Settings(database.value);
}

function encodersWith(
	ffmpegPath: string,
	{ devices = NO_DEVICES, choice = 'auto', limitMs = 10_000, settings = newSettings() }: EncodersWith = {},
) {
	const ffmpeg = new Ffmpeg(keeper, { ffmpegPath, ffprobePath: 'ffprobe' });
	const asked = { count: 0 };
	const options = {
		proofLimitMs: limitMs,
		devices: () => {
			asked.count += 1;
			return Promise.resolve(devices);
		},
	};
	const make = () => new Encoders(ffmpeg, settings, choice, options);
	return { make, asked, encoders: make() };
}

const named = (reports: readonly EncoderReport[], name: string) => reports.find(({ encoder }) => encoder === name);

test('the processor’s encoders are proven with real pictures, the rest is told why not', async () => {
	const { encoders, make, asked } = encodersWith('ffmpeg');
	const reports = await encoders.prove();
	expect(named(reports, 'libx264')).toMatchObject({
		works: true,
		family: 'software',
		tookMs: expect.any(Number) as number,
	});
	expect(named(reports, 'h264_nvenc')).toMatchObject({ works: false, reason: 'there is no NVIDIA device' });
	expect(named(reports, 'h264_videotoolbox')).toMatchObject({ works: false });
	expect(await encoders.answer()).toMatchObject({
		ffmpegVersion: expect.stringMatching(/^\d/) as string,
		encoders: reports,
	});
	// Another start of the server knows it already.
	expect(await make().prove()).toEqual(reports);
	expect(asked.count).toBe(2);
});

test('a render node that this account may not use is told', async () => {
	const refused = 'this account may not use renderD128: add it to the group 104';
	const { encoders } = encodersWith('ffmpeg', { devices: { ...NO_DEVICES, refused } });
	expect(named(await encoders.prove(), 'h264_vaapi')).toMatchObject({ works: false, reason: refused });
});

test('a render node that is none fails with ffmpeg’s own words', async () => {
	const { encoders } = encodersWith('ffmpeg', { devices: { ...NO_DEVICES, nodes: ['/dev/null'] } });
	const report = named(await encoders.prove(), 'h264_vaapi');
	expect(report).toMatchObject({ works: false, device: '/dev/null' });
	expect(report?.reason).not.toBe('');
});

describe('an encoder that is listed but', () => {
	const devices = { ...NO_DEVICES, nvidia: true };

	test.each([
		['fail', 'Cannot load libcuda.so.1'],
		['crash', 'ffmpeg crashed with it (SIGSEGV)'],
		['garbage', 'what it makes does not decode'],
		['green', 'what it makes is not the picture that it was given'],
	])('makes %s is not used: %s', async (mode, reason) => {
		process.env['FAKE_REAL'] = real;
		process.env['FAKE_MODE'] = mode;
		const { encoders } = encodersWith(FAKE, { devices });
		const reports = await encoders.prove();
		expect(named(reports, 'h264_nvenc')).toMatchObject({ works: false, reason });
		expect(named(reports, 'libx264')).toMatchObject({ works: true });
	});

	test('hangs is given up, and trying again is not remembered against it', async () => {
		process.env['FAKE_REAL'] = real;
		process.env['FAKE_MODE'] = 'hang';
		const { encoders } = encodersWith(FAKE, { devices, limitMs: 4000 });
		expect(named(await encoders.prove(), 'h264_nvenc')).toMatchObject({
			works: false,
			reason: 'it did not come to an end in time',
		});
		process.env['FAKE_MODE'] = 'fail';
		expect(named(await encoders.proveAgain(), 'h264_nvenc')).toMatchObject({ reason: 'Cannot load libcuda.so.1' });
	});
});

test('a task gets the best encoder that works; one that was asked for in vain is told', async () => {
	const fingerprint = `1-${'0'.repeat(64)}`;
	const video = {
		...{ codec: 'avc', width: 640, height: 360, codedWidth: 640, codedHeight: 360, rotation: 0 as const, hdr: false },
		...{ pixelAspect: { num: 1, den: 1 }, fps: { num: 30, den: 1 }, variableRate: false, frameCount: 300 },
	};
	const facts = {
		...{ fingerprint, name: 'a.mp4', bytes: 1, container: 'mp4', reader: 'mediabunny' as const, durationS: 10 },
		...{
			firstTimestampS: 0,
			video,
			audio: [],
			subtitles: [],
			playable: 'native' as const,
			truncated: false,
			notes: [],
		},
	};
	const source = { facts, index: undefined };
	const task = filmTask([source], [part(source, 0, 2)]);
	const settings = newSettings();
	expect(await encodersWith('ffmpeg', { settings }).encoders.pick(task)).toEqual({ encoder: 'libx264' });
	const picked = await encodersWith('ffmpeg', { settings, choice: 'nvenc' }).encoders.pick(task);
	expect(picked).toMatchObject({ encoder: 'libx264', note: expect.stringContaining('NVENC was asked for') as string });
});

test('without ffmpeg there is a sentence instead', async () => {
	const { encoders } = encodersWith('/nowhere/ffmpeg');
	expect(await encoders.prove()).toEqual([]);
	expect(await encoders.answer()).toMatchObject({
		encoders: [],
		problem: expect.stringContaining('was not found') as string,
	});
});
