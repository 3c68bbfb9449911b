import type { Failure } from '#core/failure';
import { notesOn } from '#core/media/notes';
import { readLayout, viewOf } from '#core/mp4/boxes';
import { tracksOf, type MovieTrack } from '#core/mp4/movie';
import { framesOf, soundSpanOf } from '#core/mp4/read-movie';
import { subtitlesOf } from '#core/mp4/subtitles';
import { frameCount } from '#core/time/frame-index';
import { err, ok, type Result } from '#core/result';
import { UnsupportedInputFormatError, type Input, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';
import type { CallContext } from '../worker-rpc/protocol.ts';
import type { InspectAnswer, InspectProgress, InspectRequest } from './inspection.ts';
import { containerName, openInput } from './open-input.ts';
import { readFrames, type FramesRead } from './read-frames.ts';
import { audioFactsOf, videoFactsOf } from './track-facts.ts';
import { byteSource, type MediaBytes } from '../media-bytes.ts';

type Report = CallContext<InspectProgress>;

/** Reads what `file` says of itself, and where each of its frames stands. Runs in the worker. */
export async function inspect(request: InspectRequest, { signal, report }: Report): Promise<InspectAnswer> {
	const { file } = request;
	let share = 0;
	const advance = (next: number): void => report({ share: (share = Math.min(1, Math.max(share, next))) });
	const input = openInput(file, (position) => advance(position / file.size));
	try {
		return await inspectInput(input, request, { signal, report: (progress) => advance(progress.share) });
	} catch (thrown) {
		if (thrown instanceof UnsupportedInputFormatError) return err({ kind: 'not-recognised', detail: thrown.message });
		throw thrown;
	} finally {
		input.dispose();
	}
}

async function inspectInput(
	input: Input,
	{ file, name, known }: InspectRequest,
	context: Report,
): Promise<InspectAnswer> {
	const container = containerName((await input.getFormat()).name);
	const movie = isMovie(container) ? await openMovie(file, name, context.signal) : ok(undefined);
	if (!movie.ok) return movie;
	const video = await input.getPrimaryVideoTrack();
	const audio = await input.getPrimaryAudioTrack();
	const audioTracks = await input.getAudioTracks();
	if (video === null && audio === null)
		return err({ kind: 'not-recognised', detail: 'it holds no video and no sound' });
	if (video !== null && (await video.getCodec()) === null)
		return err({ kind: 'not-recognised', detail: 'its picture is coded in a way that the browser does not know' });
	const where = { file, container, movie: movie.value, context };
	const frames =
		video === null ? undefined : known ? { ...known, promisedEndS: undefined } : await framesIn(video, where);
	if (frames !== undefined && frameCount(frames.index) === 0)
		return err({ kind: 'source-unreadable', subject: name, detail: 'none of its frames is there' });
	const sound = audio === null || known ? undefined : await soundSpan(audio, where);
	const firstTimestampS = frames === undefined ? (sound?.startS ?? 0) : (frames.index.ptsUs[0] ?? 0) / 1e6;
	const pictureEndS = frames === undefined ? -Infinity : frames.index.endUs / 1e6;
	const soundEndS = sound?.endS ?? -Infinity;
	// Sound that is listed but cut off does not make the file longer.
	const endS = frames?.promisedEndS === undefined ? Math.max(pictureEndS, soundEndS) : pictureEndS;
	const durationS = known?.durationS ?? Math.max(0, endS - firstTimestampS);
	const videoFacts = video && frames ? await videoFactsOf(video, frames.index, frames.bytes) : undefined;
	const audioFacts = await Promise.all(audioTracks.map(audioFactsOf));
	const decodable = {
		video: video === null || (await video.canDecode()),
		audio: audio === null || (await audio.canDecode()),
	};
	const trackIn = movie.value?.tracks.find(({ id }) => id === video?.id);
	return ok({
		facts: {
			container,
			reader: 'mediabunny',
			durationS,
			firstTimestampS,
			...(videoFacts === undefined ? {} : { video: videoFacts }),
			audio: audioFacts,
			subtitles: subtitlesOf(movie.value?.tracks ?? []),
			truncated: frames?.promisedEndS !== undefined,
			notes: notesOn({
				video: videoFacts,
				audio: audioFacts[0],
				decodable,
				endS: pictureEndS,
				promisedEndS: frames?.promisedEndS,
				severalEdits: trackIn?.edit.several ?? false,
			}),
		},
		index: frames?.index,
		mimeType: await input.getMimeType(),
		decodable,
	});
}

const isMovie = (container: string): boolean => container === 'mp4' || container === 'mov';

interface Movie {
	readonly box: DataView;
	readonly tracks: readonly MovieTrack[];
}

/** The movie box of an MP4 or MOV; undefined when its frames are listed in fragments. */
async function openMovie(
	bytes: MediaBytes,
	name: string,
	signal: AbortSignal,
): Promise<Result<Movie | undefined, Failure>> {
	const file = byteSource(bytes);
	const { movie, hasMedia, cutOff } = await readLayout(file, signal);
	if (movie === undefined)
		return hasMedia || cutOff ? err({ kind: 'source-incomplete', subject: name }) : ok(undefined);
	const box = await viewOf(file, movie);
	const tracks = tracksOf(box);
	return ok(tracks === undefined ? undefined : { box, tracks });
}

interface Where {
	readonly file: MediaBytes;
	readonly container: string;
	readonly movie: Movie | undefined;
}

async function framesIn(
	video: InputVideoTrack,
	{ file, container, movie, context }: Where & { readonly context: Report },
): Promise<FramesRead> {
	const listed = movie?.tracks.find(({ id }) => id === video.id);
	// Spelling out the tables of a 2-hour film takes 20 ms, asking the packet reader for each frame most of a second.
	const frames = movie && listed ? framesOf(movie.box, listed, file.size) : undefined;
	if (frames !== undefined) return frames;
	const lengthS = (await video.getDurationFromMetadata()) ?? 0;
	return readFrames(video, {
		signal: context.signal,
		container,
		onProgress: (timestampS) => context.report({ share: lengthS > 0 ? timestampS / lengthS : 0 }),
	});
}

/** When the sound is heard, in seconds. */
async function soundSpan(
	audio: InputAudioTrack,
	{ file, container, movie }: Where,
): Promise<{ readonly startS: number; readonly endS: number }> {
	const listed = movie?.tracks.find(({ id }) => id === audio.id);
	const span = movie && listed ? soundSpanOf(movie.box, listed, file.size) : undefined;
	if (span !== undefined) return span;
	const firstS = await audio.getFirstTimestamp();
	// What an encoder needs to swing in comes before 0 and is not heard.
	return { startS: isMovie(container) ? Math.max(0, firstS) : firstS, endS: await audio.computeDuration() };
}
