import { execFile } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { promisify } from 'node:util';
import type { FrameIndex } from '../../src/lib/core/time/frame-index.ts';
import type { MediaFacts } from '../../src/lib/core/media/media-facts.ts';
import { inspect } from '../../src/lib/media/probe/inspect.ts';
import { keepEveryFrame } from '../fixtures/ffmpeg.ts';
import { fixturePath } from '../fixtures/make.ts';

const run = promisify(execFile);

/** A test file as the app knows it. */
export interface Source {
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
	readonly path: string;
}

export async function lookAt(name: string): Promise<Source> {
	const path = fixturePath(name);
	const file = await openAsBlob(path);
	const answer = await inspect({ file, name }, { signal: new AbortController().signal, report: () => undefined });
	if (!answer.ok || answer.value.index === undefined) throw new Error(`${name} could not be read`);
	const fingerprint = `${file.size}-${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
	const facts: MediaFacts = { ...answer.value.facts, fingerprint, name, bytes: file.size, playable: 'native' };
	return { facts, index: answer.value.index, path };
}

/** Frames [from, to) of `file`, those pixels of them that `place` names, in a lossless file of their own. */
export async function cutOut(
	file: string,
	to: string,
	[from, until]: readonly [number, number],
	place?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<string> {
	const crop = place === undefined ? '' : `,crop=${place.width}:${place.height}:${place.x}:${place.y}:exact=1`;
	const filters = `trim=start_frame=${from}:end_frame=${until},setpts=N/25/TB${crop}`;
	await run('ffmpeg', ['-v', 'error', '-y', '-i', file, '-an', '-vf', filters, '-r', '25', '-c:v', 'ffv1', to]);
	return to;
}

/** Frames [from, to) of `file` after `filters`, small and grey. */
export async function greyFrames(
	file: string,
	[from, until]: readonly [number, number],
	filters = 'null',
): Promise<Uint8Array[]> {
	const chain = `trim=start_frame=${from}:end_frame=${until},${filters},scale=96:54:flags=area,format=gray`;
	const few = ['-frames:v', `${until - from}`, ...(await keepEveryFrame())];
	const args = ['-v', 'error', '-i', file, '-an', '-vf', chain, ...few, '-f', 'rawvideo', '-'];
	const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 24 });
	return Array.from(
		{ length: until - from },
		(_, n) => new Uint8Array(stdout.subarray(n * 96 * 54, (n + 1) * 96 * 54)),
	);
}

/** Mean difference between `seen` and `share` of `over` on `under`, in grey levels. */
export function mixError(seen: Uint8Array, under: Uint8Array, over: Uint8Array, share: number): number {
	let sum = 0;
	seen.forEach((value, i) => (sum += Math.abs(value - (under[i]! * (1 - share) + over[i]! * share))));
	return sum / seen.length;
}

/** Warnings and errors of reading all of `file`, but for a guess that every plain WAV asks for. */
export async function complaints(file: string): Promise<string> {
	const { stderr } = await run('ffmpeg', ['-v', 'warning', '-i', file, '-f', 'null', '-'], { maxBuffer: 1 << 24 });
	return stderr.replace(/^Guessed Channel Layout.*\n/gm, '');
}
