import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const made = join(root, 'tests/fixtures/made');

/**
 * What the benches cut from: moving shapes with film grain, at the bitrate of a camera. The numbered pictures of the other test files are a
 * strange thing to encode: their even grain is lost on fast encoders.
 */
const SHORT = 'bench-1080p-60s.mp4';
/** The same 60 s ten times over by stream copy: the very same pictures, so that only the length differs. */
const LONG = 'bench-1080p-10min.mp4';

const encodeShort = [
	...['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30:duration=60'],
	...['-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=4:sample_rate=48000:duration=60'],
	...['-vf', 'noise=alls=6:allf=t,format=yuv420p', '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M'],
	...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '2', '-c:a', 'aac', '-b:a', '160k', '-ac', '2'],
];

/** Path of a test file. Files that ordinary tests do not need are made at their first use. */
export async function makeFixture(name: string): Promise<string> {
	const path = join(made, name);
	if (existsSync(path)) return path;
	await mkdir(made, { recursive: true });
	if (name === SHORT) await encode(encodeShort, path);
	else if (name === LONG) {
		await encode(['-stream_loop', '9', '-i', await makeFixture(SHORT), '-c', 'copy'], path);
	} else await run('npx', ['tsx', 'tests/fixtures/make.ts', name], { cwd: root });
	return path;
}

async function encode(args: readonly string[], path: string): Promise<void> {
	const part = `${path}.part`;
	await run('ffmpeg', ['-v', 'error', '-y', ...args, '-movflags', '+faststart', '-f', 'mp4', part]);
	await rename(part, path);
}
