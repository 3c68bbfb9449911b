import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedVideo } from '#core/export/export-task';
import { GLOBAL_ARGS, inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { encoderArgs, muxerArgs } from '#core/ffmpeg/ffmpeg-encoders';
import { deviceArgs, hardwareOf, uploadFilters } from '#core/ffmpeg/ffmpeg-hardware';
import { lastWord } from '#core/ffmpeg/last-word';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { ProgramEnd } from '../ffmpeg/run-program.ts';
import type { Candidate } from './candidates.ts';

const FRAMES = 10;
const SIZE = { width: 640, height: 360 };
const RATE = { num: 30, den: 1 };
/** What every export does to a picture. */
const FILTERS = 'crop=1120:630:80:44:exact=1,scale=640:360:flags=bilinear,setsar=1,format=yuv420p';
const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30:d=1'];
/** Decoded pictures are compared at this size, in grey. */
const SMALL = { width: 32, height: 18 };
const SHRINK = `scale=${SMALL.width}:${SMALL.height}:flags=area`;
const WANTED_BYTES = SMALL.width * SMALL.height * FRAMES;
/** What the picture may differ from the drawn one, on average, of 255. A driver that makes garbage is far from it. */
const MOST_DIFFERENCE = 12;

export interface ProofOptions {
	readonly signal?: AbortSignal;
	/** For each run of ffmpeg. */
	readonly limitMs: number;
	/** What encoders are given, as `drawPictures` has it: the same for all of them. */
	readonly drawn: () => Promise<Buffer | undefined>;
}

/** The pictures that encoders are given, small and grey; undefined when that failed. */
export async function drawPictures(ffmpeg: Ffmpeg, options: Omit<ProofOptions, 'drawn'>): Promise<Buffer | undefined> {
	const drawn = await pixels(ffmpeg, SOURCE, `${FILTERS},${SHRINK}`, options);
	return drawn.length === WANTED_BYTES ? drawn : undefined;
}

/** Encodes ten frames as an export would, and looks at what came out; otherwise why the encoder cannot be used. */
export async function proveEncoder(
	ffmpeg: Ffmpeg,
	candidate: Candidate,
	{ signal, limitMs, drawn }: ProofOptions,
): Promise<Result<void, string>> {
	if (candidate.absent !== undefined) return err(candidate.absent);
	const folder = await mkdtemp(join(tmpdir(), 'octocut-proof-'));
	try {
		const output = join(folder, `proof.${candidate.codec === 'vp9' ? 'webm' : 'mp4'}`);
		const options = { ...(signal && { signal }), limitMs };
		const made = await ffmpeg.run(proofArgs(candidate, output), options);
		if (made.kind !== 'done') return err(reasonOf(made, output));
		const seen = await pixels(ffmpeg, inputArgs(output), SHRINK, options);
		if (seen.length !== WANTED_BYTES) return err('what it makes does not decode');
		const pictures = await drawn();
		if (pictures === undefined) return err('the pictures for its test could not be drawn');
		const difference = pictures.reduce((sum, value, n) => sum + Math.abs(value - (seen[n] ?? 0)), 0) / WANTED_BYTES;
		return difference <= MOST_DIFFERENCE ? ok(undefined) : err('what it makes is not the picture that it was given');
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function proofArgs({ encoder, codec, device }: Candidate, output: string): string[] {
	const hardware = hardwareOf(encoder);
	const kind = codec === 'vp9' ? 'webm' : 'mp4';
	const video: EncodedVideo & { quality: { crf: number } } = {
		...{ kind, codec, size: SIZE, rate: RATE, frames: FRAMES },
		...{ quality: { crf: 23 }, scaling: 'fast' },
	};
	const upload = hardware === undefined ? '' : `,${uploadFilters(hardware.family).join(',')}`;
	return [
		...GLOBAL_ARGS,
		...(hardware === undefined ? [] : deviceArgs(hardware.family, device)),
		...SOURCE,
		...['-filter_complex', `[0:v]${FILTERS},trim=end_frame=${FRAMES}${upload}[picture]`, '-map', '[picture]'],
		...encoderArgs(video, { fps: RATE, variable: false }, { encoder }),
		...muxerArgs(kind, `file:${output}`),
	];
}

async function pixels(
	ffmpeg: Ffmpeg,
	input: readonly string[],
	filters: string,
	options: { readonly signal?: AbortSignal; readonly limitMs: number },
): Promise<Buffer> {
	const pieces: Buffer[] = [];
	const tail = ['-frames:v', `${FRAMES}`, '-f', 'rawvideo', 'pipe:1'];
	await ffmpeg.run([...GLOBAL_ARGS, ...input, '-vf', `${filters},format=gray`, ...tail], {
		...options,
		onBytes: (bytes) => pieces.push(bytes),
	});
	return Buffer.concat(pieces);
}

function reasonOf(end: ProgramEnd, output: string): string {
	switch (end.kind) {
		case 'killed':
			return `ffmpeg crashed with it (${end.signal})`;
		case 'overdue':
		case 'stalled':
			return 'it did not come to an end in time';
		case 'absent':
			return 'ffmpeg is no longer where it was';
		default:
			return lastWord(plainSays(end.log, [[output, 'the test']]));
	}
}
