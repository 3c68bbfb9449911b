import type { Failure } from '#core/failure';
import { err, type Result } from '#core/result';
import { fingerprintOf } from '../probe/fingerprint.ts';
import { failureOfRun } from './failure-of.ts';
import { factsFrom, type FfmpegProbed } from '#core/ffmpeg/probe-facts';
import { Overview } from '#core/ffmpeg/probe-overview';
import { lookWithFfmpeg } from './run-ffmpeg.ts';
import type { MediaFile } from '../media-bytes.ts';

/** Codecs that this build of ffmpeg names but cannot decode. */
export const UNDECODABLE: ReadonlySet<string> = new Set(['av1', 'vvc', 'evc', 'unknown', 'none']);

export interface FfmpegProbeOptions {
	readonly signal?: AbortSignal;
	/** Share of the file that was read, 0..1. */
	readonly onProgress?: (share: number) => void;
}

/**
 * What `file` is and where its frames stand, by ffmpeg. Reads the whole file once, by range: formats that only ffmpeg knows have no
 * index worth the name. Rejects with `AbortError` on `signal`.
 */
export async function probeWithFfmpeg(
	file: MediaFile,
	{ signal, onProgress }: FfmpegProbeOptions = {},
): Promise<Result<FfmpegProbed, Failure>> {
	const looked = await lookWithFfmpeg(file, file.name, {
		...(signal === undefined ? {} : { signal }),
		onProgress: ({ share }) => onProgress?.(share),
	});
	if (!looked.ok) return looked;
	const overview = overviewOf(looked.value.json);
	if (overview === undefined || looked.value.problem !== undefined) {
		return err(failureOfRun(looked.value, file.name, file.name));
	}
	const fingerprint = await fingerprintOf(file, signal);
	return factsFrom(looked.value, overview, { fingerprint, name: file.name, bytes: file.size }, UNDECODABLE);
}

function overviewOf(json: string): Overview | undefined {
	if (json.trim() === '') return undefined;
	const parsed = Overview.safeParse(JSON.parse(json));
	return parsed.success && parsed.data.streams.length > 0 ? parsed.data : undefined;
}
