import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserCommand } from 'vitest/node';
import { probeFile, readClicks, readFrameNumbers } from '../fixtures/decode.ts';
import type { ProbedFile } from '../fixtures/ffmpeg.ts';

const run = promisify(execFile);

/** What the real ffmpeg makes of a file. */
export interface LookedAt {
	/** Numbers on the frames in the order shown; −1 where none can be read. */
	readonly numbers: readonly number[];
	/** When each frame is shown, in seconds. */
	readonly times: readonly number[];
	/** When clicks start, in seconds; empty without sound. */
	readonly clicks: readonly number[];
	/** What decoding all of it, strictly, says on stderr. */
	readonly complaints: string;
	readonly probed: ProbedFile;
}

/** A command of browser tests: opens a file that was made in the browser with the ffmpeg on PATH. `bytes` in base64. */
export const lookAt: BrowserCommand<[bytes: string, extension: string]> = async (_, bytes, extension) => {
	const folder = await mkdtemp(join(tmpdir(), 'octocut-look-'));
	try {
		const path = join(folder, `made.${extension}`);
		await writeFile(path, Buffer.from(bytes, 'base64'));
		const probed = await probeFile(path);
		const asked = [
			'-v',
			'warning',
			'-err_detect',
			'explode',
			'-show_entries',
			'frame=media_type,pts_time',
			'-of',
			'csv=p=0',
		];
		const { stdout, stderr } = await run('ffprobe', [...asked, path], { maxBuffer: 1 << 24 });
		const looked: LookedAt = {
			numbers: await readFrameNumbers(path),
			times: stdout.split('\n').flatMap((line) => (line.startsWith('video,') ? [Number(line.split(',')[1])] : [])),
			clicks: probed.streams.some(({ codec_type: type }) => type === 'audio') ? await readClicks(path) : [],
			complaints: stderr.trim(),
			probed,
		};
		return looked;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};
