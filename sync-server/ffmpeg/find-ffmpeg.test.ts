import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureText } from '#core/failure';
import { Ffmpeg } from './ffmpeg.ts';
import { findFfmpeg, isTooOld } from './find-ffmpeg.ts';
import { ProgramKeeper } from './program-keeper.ts';

const keeper = new ProgramKeeper();
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'octocut-find-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, says: string, mode = 0o755): string {
	const path = join(folder, name);
	writeFileSync(path, `#!/bin/sh\n${says}\n`);
	chmodSync(path, mode);
	return path;
}

test('the ffmpeg on PATH is found, with what it was built with', async () => {
	const found = await findFfmpeg(keeper, { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe' });
	if (!found.ok) throw new Error(found.error);
	expect(found.value.version).toMatch(/^n?\d/);
	expect(found.value.encoders).toContain('libx264');
	expect(found.value.filters).toContain('scale');
	expect(found.value.filters).toContain('palettegen');
});

test('one that is not there is a sentence on how to install it', async () => {
	const found = await findFfmpeg(keeper, { ffmpeg: join(folder, 'none'), ffprobe: 'ffprobe' });
	expect(found).toMatchObject({
		ok: false,
		error: expect.stringMatching(/was not found\. Install ffmpeg .*FFMPEG_PATH/) as string,
	});
});

test.each([
	[
		'is too old',
		script1('4.4.2-0ubuntu0.22.04.1'),
		/is version 4\.4\.2-0ubuntu0\.22\.04\.1; Octocut needs 5\.1 or newer/,
	],
	['is something else', 'echo hello', /is no ffmpeg/],
	['crashes', 'kill -SEGV $$', /is no ffmpeg/],
])('one that %s is refused with a sentence', async (_what, says, sentence) => {
	const found = await findFfmpeg(keeper, { ffmpeg: script('ffmpeg', says), ffprobe: 'ffprobe' });
	expect(found).toMatchObject({ ok: false, error: expect.stringMatching(sentence) as string });
});

function script1(version: string): string {
	return `echo "ffmpeg version ${version} Copyright (c) 2000-2021 the FFmpeg developers"`;
}

test('ffprobe is needed as well', async () => {
	const found = await findFfmpeg(keeper, { ffmpeg: 'ffmpeg', ffprobe: join(folder, 'none') });
	expect(found).toMatchObject({ ok: false, error: expect.stringMatching(/FFPROBE_PATH/) as string });
});

test.each([
	['5.1.9-0+deb12u1', false],
	['n5.0.1', true],
	['4.4', true],
	['7.1', false],
	['n8.0.3', false],
	['N-112345-gdeadbeef', false],
	['2024-01-01-git-abc', false],
])('%s is too old: %s', (version, isOld) => {
	expect(isTooOld(version)).toBe(isOld);
});

test('what needs it fails with the same sentence', async () => {
	const ffmpeg = new Ffmpeg(keeper, { ffmpegPath: join(folder, 'none'), ffprobePath: 'ffprobe' });
	const needed = await ffmpeg.need('a.mp4');
	expect(needed.ok ? '' : failureText(needed.error)).toMatch(/^“a\.mp4” cannot be made here: .*was not found/);
});
