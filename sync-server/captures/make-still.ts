import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { pictureOfCapture } from '#core/capture/capture-picture';
import { stillArgs, type Still } from '#core/capture/still-args';
import type { ScreenshotRequest } from '#contract/captures';
import type { BurnIn } from '#core/ffmpeg/burn-in';
import { err, ok, type Result } from '#core/result';
import type * as z from 'zod';
import { failureOfFiles, failureOfRun } from '../exports/failure-of.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobContext, JobFailure } from '../jobs/job-queue.ts';
import type { MadeCapture } from './made-capture.ts';
import type { SessionFilm } from './session-films.ts';

/** One picture is decoded in a second; from a slow disk that sleeps, in a few. */
const LIMIT_MS = 120_000;

export interface StillParts {
	readonly ffmpeg: Ffmpeg;
	readonly film: SessionFilm;
	readonly request: z.infer<typeof ScreenshotRequest>;
	/** Seconds of the film. */
	readonly atS: number;
	readonly burnIn: BurnIn | undefined;
	/** An empty folder. */
	readonly folder: string;
	/** For sentences: its file name. */
	readonly subject: string;
	readonly context: Pick<JobContext, 'signal' | 'log'>;
}

/** The picture that is on screen at a time, in a file that was opened again. */
export async function makeStill(parts: StillParts): Promise<Result<MadeCapture, JobFailure>> {
	const { film, request, atS, burnIn, folder, subject } = parts;
	const { facts, deinterlace } = film.look;
	const name = film.film.name;
	if (facts.video === undefined) {
		return err({ failure: { kind: 'unsupported', subject: name, detail: 'it has no picture' }, mayPass: false });
	}
	const { crop, size } = pictureOfCapture(request, facts.video);
	const { format, quality } = request;
	const part = join(folder, `picture.${format}`);
	const still: Still = { atS: atS + film.shiftS, crop, size, format, quality, deinterlace, burnIn };
	const first = await run(parts, stillArgs(still, facts, film.film.input, part));
	if (!first.ok) return first;
	if ((await sizeOf(part)) === 0) {
		// The sound goes on after the last picture.
		const last = await run(parts, stillArgs(still, facts, film.film.input, part, { last: true }));
		if (!last.ok) return last;
	}
	const bytes = await sizeOf(part);
	if (bytes === 0) {
		const failure = { kind: 'source-unreadable', subject: name, detail: 'no picture is there' } as const;
		return err({ failure, mayPass: false });
	}
	const { width, height, ...wrong } = await measured(part);
	const detail =
		'problem' in wrong ? wrong.problem : `it is ${width}×${height} instead of ${size.width}×${size.height}`;
	if (width !== size.width || height !== size.height) {
		return err({ failure: { kind: 'output-wrong', subject, detail }, mayPass: true });
	}
	return ok({ part, bytes, width, height, startS: atS });
}

async function run({ ffmpeg, film, folder, subject, context }: StillParts, args: readonly string[]) {
	const { path, name } = film.film;
	const plain = (lines: readonly string[]): string[] =>
		plainSays(lines, [
			[path, name],
			[folder, subject],
		]);
	const end = await ffmpeg.run(args, {
		...{ signal: context.signal, cwd: folder, nice: false, limitMs: LIMIT_MS },
		onLog: (line) => plain([line]).forEach(context.log),
	});
	return end.kind === 'done' ? ok(undefined) : err(failureOfRun(end, plain(end.log), subject, name));
}

async function sizeOf(path: string): Promise<number> {
	return stat(path).then(
		({ size }) => size,
		(thrown: unknown) => {
			if (thrown instanceof Error) return 0;
			throw thrown;
		},
	);
}

async function measured(
	path: string,
): Promise<{ width: number; height: number } | { width: 0; height: 0; problem: string }> {
	try {
		const { width, height } = await sharp(path).metadata();
		return { width, height };
	} catch (thrown) {
		const { kind } = failureOfFiles(thrown, path);
		return { width: 0, height: 0, problem: kind === 'out-of-space' ? 'there is no space left' : 'it does not open' };
	}
}
