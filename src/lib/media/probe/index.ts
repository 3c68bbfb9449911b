import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import { RemoteError } from '../worker-rpc/connect.ts';
import { failureOf } from './failure-of.ts';
import { loadFfmpegReader } from './ffmpeg-fallback.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { InspectAnswer, KnownFrames } from './inspection.ts';
import { otherKindOf } from './not-media.ts';
import { playabilityOf } from './playability.ts';
import { ProbeWorker } from './probe-worker.ts';
import { readSpan, type MediaBytes, type MediaFile } from '../media-bytes.ts';

export { fingerprintOf };

export interface Probed {
	readonly facts: MediaFacts;
	/** Absent when the file has no picture, or its frames could not be listed. */
	readonly index: FrameIndex | undefined;
}

export interface ProbeOptions {
	readonly signal?: AbortSignal;
	/** Share of the work done, 0..1. MP4 and MOV take milliseconds; MKV, WebM and TS are walked from end to end. */
	readonly onProgress?: (share: number) => void;
	/**
	 * What the server of the file has found in it; undefined when it does not tell. Asked for files that would have to be walked from end to end,
	 * over the network. Rejects with `AbortError` on `signal`.
	 */
	readonly known?: (signal: AbortSignal) => Promise<Probed | undefined>;
}

const reader = new ProbeWorker({
	create: () => new Worker(new URL('./probe.worker.ts', import.meta.url), { type: 'module' }),
});

/**
 * What `file` is and where each of its frames stands, without decoding it. Rejects with `AbortError` on `signal`; what is wrong
 * with the file is a value.
 */
export async function probe(file: MediaFile, options: ProbeOptions = {}): Promise<Result<Probed, Failure>> {
	const { signal, onProgress } = options;
	if (file.size === 0) return err({ kind: 'empty-file', subject: file.name });
	let fingerprint: Fingerprint;
	let answer: InspectAnswer;
	let found: Probed | undefined;
	try {
		const named = fingerprintOf(file, signal);
		// Nobody waits for it yet.
		named.catch(() => undefined);
		found = await askKnown(file, named, options);
		[fingerprint, answer] = await Promise.all([
			named,
			reader.call(
				'inspect',
				{ file, name: file.name, ...knownFrames(found) },
				{ ...(signal ? { signal } : {}), onProgress: ({ share }) => onProgress?.(share) },
			),
		]);
	} catch (thrown) {
		const failure = failureOf(thrown, file.name);
		if (!(thrown instanceof RemoteError) || failure.kind !== 'source-unreadable') return err(failure);
		// The reader tripped over the file; ffmpeg is more forgiving.
		const rescued = await probeOtherwise(file, options);
		return rescued.ok ? rescued : err(failure);
	}
	if (answer.ok) {
		const { facts, index } = answer.value;
		const playable = playabilityOf(answer.value);
		const more = found && {
			truncated: found.facts.truncated,
			notes: [...new Set([...facts.notes, ...found.facts.notes])],
		};
		return ok({ facts: { fingerprint, name: file.name, bytes: file.size, ...facts, ...more, playable }, index });
	}
	if (answer.error.kind !== 'not-recognised') return err(answer.error);
	// What the browser's own reader does not know is shown by a copy.
	if (found !== undefined)
		return ok({ facts: { ...found.facts, name: file.name, playable: 'preview' }, index: found.index });
	return probeOtherwise(file, options);
}

/** What the server has found, where it is worth asking: the frames of a movie are listed in one place, which is quickly read. */
async function askKnown(
	file: MediaFile,
	named: Promise<Fingerprint>,
	{ known, signal = new AbortController().signal }: ProbeOptions,
): Promise<Probed | undefined> {
	if (known === undefined) return undefined;
	const head = new Uint8Array(await readSpan(file, 0, 12, signal));
	if (String.fromCharCode(...head.subarray(4, 8)) === 'ftyp') return undefined;
	const found = await known(signal);
	// Of another state of the file it is worth nothing.
	return found?.facts.fingerprint === (await named) ? found : undefined;
}

function knownFrames(found: Probed | undefined): { readonly known?: KnownFrames } {
	if (found?.index === undefined) return {};
	const { durationS, video } = found.facts;
	return { known: { index: found.index, durationS, bytes: ((video?.bitrate ?? 0) * durationS) / 8 } };
}

/** For files that the browser's own reader does not know. */
async function probeOtherwise(file: MediaFile, options: ProbeOptions): Promise<Result<Probed, Failure>> {
	const other = await otherKindOf(file);
	if (other !== undefined) return err({ kind: 'not-media', subject: file.name, detail: other });
	const ffmpeg = await loadFfmpegReader(file.name);
	return ffmpeg.ok ? ffmpeg.value.probeWithFfmpeg(file, options) : ffmpeg;
}

export interface ThumbnailOptions {
	/** Where to take it, in seconds on the file's timeline. Default: a tenth into the file. */
	readonly atS?: number;
	/** In pixels; the height follows the picture's shape. Default 320. */
	readonly width?: number;
	readonly signal?: AbortSignal;
}

/**
 * A small WebP or JPEG of the key frame at or before `atS`, turned and stretched as a player shows it. A file without a picture
 * is `unsupported`. Rejects with `AbortError` on `signal`.
 */
export async function makeThumbnail(
	file: MediaBytes,
	facts: MediaFacts,
	options: ThumbnailOptions = {},
): Promise<Result<Blob, Failure>> {
	const { atS = facts.firstTimestampS + facts.durationS / 10, width = 320, signal } = options;
	if (facts.video === undefined) return err({ kind: 'unsupported', subject: facts.name, detail: 'it has no picture' });
	const abort = signal ? { signal } : {};
	if (facts.reader === 'ffmpeg' || facts.playable === 'preview') {
		const ffmpeg = await loadFfmpegReader(facts.name);
		return ffmpeg.ok ? ffmpeg.value.thumbnailWithFfmpeg(file, facts, { atS, width, ...abort }) : ffmpeg;
	}
	try {
		return await reader.call('picture', { file, name: facts.name, atS, width }, abort);
	} catch (thrown) {
		return err(failureOf(thrown, facts.name));
	}
}
