import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { Config } from '../config.ts';
import { findFfmpeg, type FoundFfmpeg } from './find-ffmpeg.ts';
import type { ProgramKeeper } from './program-keeper.ts';
import { type ProgramEnd, type ProgramOptions, runProgram } from './run-program.ts';

/** How long a look that found nothing counts: somebody may be installing it. */
const LOOK_AGAIN_MS = 5000;

/** The ffmpeg of this machine, looked for when it is first needed. */
export class Ffmpeg {
	readonly #keeper: ProgramKeeper;
	readonly #paths: { readonly ffmpeg: string; readonly ffprobe: string };
	#looking: Promise<Result<FoundFfmpeg, string>> | undefined;
	#lookedMs = -Infinity;

	constructor(keeper: ProgramKeeper, { ffmpegPath, ffprobePath }: Pick<Config, 'ffmpegPath' | 'ffprobePath'>) {
		this.#keeper = keeper;
		this.#paths = { ffmpeg: ffmpegPath, ffprobe: ffprobePath };
	}

	/** What was found, or a sentence on what to do. */
	async find(): Promise<Result<FoundFfmpeg, string>> {
		const looked = await this.#looking;
		const isStale = looked !== undefined && !looked.ok && performance.now() - this.#lookedMs > LOOK_AGAIN_MS;
		if (this.#looking === undefined || isStale) {
			this.#looking = findFfmpeg(this.#keeper, this.#paths);
			await this.#looking;
			this.#lookedMs = performance.now();
		}
		return this.#looking;
	}

	/** The same, as the failure of what cannot be done without it. */
	async need(subject: string): Promise<Result<FoundFfmpeg, Failure>> {
		const found = await this.find();
		return found.ok ? ok(found.value) : err({ kind: 'unsupported', subject, detail: withoutStop(found.error) });
	}

	run(args: readonly string[], options?: ProgramOptions): Promise<ProgramEnd> {
		return runProgram(this.#keeper, this.#paths.ffmpeg, args, options);
	}

	probe(args: readonly string[], options?: ProgramOptions): Promise<ProgramEnd> {
		return runProgram(this.#keeper, this.#paths.ffprobe, args, options);
	}
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/u, '');
