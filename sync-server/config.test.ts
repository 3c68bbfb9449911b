import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

const read = (environment: Record<string, string>) => {
	const config = readConfig(environment);
	if (!config.ok) throw new Error(config.error);
	return config.value;
};

describe('the environment', () => {
	test('may be empty: loopback, a folder in the home, no media', () => {
		expect(read({})).toMatchObject({
			host: 'localhost',
			port: 8787,
			dataDir: join(homedir(), '.octocut'),
			exportDir: join(homedir(), '.octocut/exports'),
			cacheDir: join(homedir(), '.octocut/cache'),
			cacheMaxBytes: 20e9,
			mediaDirs: [],
			ffmpegPath: 'ffmpeg',
			encoder: 'auto',
			auth: 'auto',
			logLevel: 'info',
		});
	});

	test('empty variables are as if they were not there', () => {
		expect(read({ DATA_DIR: '', MEDIA_DIRS: ' ', ENCODER: '', MAX_JOBS: '', AUTH: '', PUBLIC_URL: '' })).toEqual(
			read({}),
		);
	});

	test('folders become absolute, lists are split at commas', () => {
		const config = read({ DATA_DIR: 'data', MEDIA_DIRS: '/films, ~/clips,,', CACHE_DIR: '/fast' });
		expect(config.dataDir).toBe(resolve('data'));
		expect(config.exportDir).toBe(resolve('data/exports'));
		expect(config.cacheDir).toBe('/fast');
		expect(config.mediaDirs).toEqual(['/films', join(homedir(), 'clips')]);
	});

	test('programs are paths or names on PATH', () => {
		expect(read({ FFMPEG_PATH: './bin/ffmpeg', FFPROBE_PATH: 'ffprobe6' })).toMatchObject({
			ffmpegPath: resolve('bin/ffmpeg'),
			ffprobePath: 'ffprobe6',
		});
	});

	test.each([
		[{ PORT: '65536' }, 'PORT="65536" must be a whole number from 0 to 65535.'],
		[{ PORT: '' }, 'PORT="" must be a whole number from 0 to 65535.'],
		[{ PORT: '80.5' }, 'PORT="80.5" must be a whole number from 0 to 65535.'],
		[{ MAX_JOBS: '0' }, 'MAX_JOBS="0" must be a whole number from 1 to 64.'],
		[{ MEDIA_POLL_S: '0' }, 'MEDIA_POLL_S="0" must be a whole number from 1 to 86400.'],
		[{ AUTH: 'off' }, 'AUTH="off" must be one of auto, token, none.'],
		[{ ENCODER: 'h264' }, 'ENCODER="h264" must be one of auto, nvenc, qsv, vaapi, amf, videotoolbox, software.'],
		[{ PUBLIC_URL: 'clips' }, 'PUBLIC_URL="clips" must be an address such as https://clips.example.org.'],
		[{ DATA_DIR: '/a\0b' }, 'DATA_DIR="/a\\u0000b" must not hold a NUL character.'],
		[{ HOST: ' ' }, 'HOST=" " is empty; leave it out for localhost, or set an address such as 0.0.0.0.'],
	])('%j is refused with a sentence', (environment, sentence) => {
		expect(readConfig(environment as Record<string, string>)).toEqual({ ok: false, error: sentence });
	});

	test('every variable that makes no sense is told at once', () => {
		const config = readConfig({ PORT: 'x', AUTH: 'y' });
		expect(config.ok || config.error.split('\n')).toHaveLength(2);
	});

	test('takes media servers by address and secret', () => {
		const config = readConfig({ PLEX_URL: 'http://plex:32400/', PLEX_TOKEN: 'abc' });
		expect(config.ok && config.value.mediaServers).toEqual([
			{ kind: 'plex', address: 'http://plex:32400', secret: 'abc' },
		]);
	});

	test('says which half of a media server is missing', () => {
		expect(readConfig({ JELLYFIN_API_KEY: 'abc' })).toEqual({
			ok: false,
			error: 'JELLYFIN_API_KEY is set without JELLYFIN_URL. Set both, or neither.',
		});
	});

	test('repeats no secret when it complains', () => {
		const config = readConfig({ PLEX_URL: 'http://me:pass1234@plex', PLEX_TOKEN: 'two words' });
		expect(config.ok).toBe(false);
		expect(JSON.stringify(config)).not.toMatch(/pass1234|two words/);
	});
});
