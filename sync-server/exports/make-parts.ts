import type { FfmpegInput } from '#core/ffmpeg/ffmpeg-args';
import type { GraphIo } from '#core/ffmpeg/ffmpeg-graphs';
import type { Fingerprint } from '#core/media/fingerprint';
import type { EncoderPick } from '../encoders/encoders.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobContext } from '../jobs/job-queue.ts';
import type { ProbedFile } from '../library/media-files.ts';

/** What an output is made with. */
export interface MakeParts {
	readonly ffmpeg: Ffmpeg;
	readonly sources: ReadonlyMap<Fingerprint, MadeFrom>;
	/** An empty folder for everything that is being made. */
	readonly folder: string;
	readonly pick: EncoderPick | undefined;
	readonly context: Pick<JobContext, 'signal' | 'onProgress' | 'log'>;
	/** What else is done to the picture. Names in it are of files in `folder`. */
	readonly drawing?: Pick<GraphIo, 'burnIn' | 'deinterlace'>;
}

/** `input`: how it is opened, where that is not by its path. */
export type MadeFrom = ProbedFile & { readonly input?: FfmpegInput };
