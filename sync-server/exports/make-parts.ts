import type { Fingerprint } from '#core/media/fingerprint';
import type { EncoderPick } from '../encoders/encoders.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobContext } from '../jobs/job-queue.ts';
import type { ProbedFile } from '../library/media-files.ts';

/** What an output is made with. */
export interface MakeParts {
	readonly ffmpeg: Ffmpeg;
	readonly sources: ReadonlyMap<Fingerprint, ProbedFile>;
	/** An empty folder for everything that is being made. */
	readonly folder: string;
	readonly pick: EncoderPick | undefined;
	readonly context: Pick<JobContext, 'signal' | 'onProgress' | 'log'>;
}
