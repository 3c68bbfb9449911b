import type { Failure } from '#core/failure';
import { decimal } from '#core/ffmpeg/ffmpeg-filters';
import { inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { indexFromPackets } from '#core/ffmpeg/index-from-packets';
import { PACKET_ENTRIES, PacketCollector } from '#core/ffmpeg/probe-packets';
import { pictureOf, ratioOf } from '#core/ffmpeg/probe-overview';
import { err, ok, type Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { MediaFiles } from '../library/media-files.ts';
import { outcomeOf } from '../streaming/run-failure.ts';
import type { FilmLook, OpenFilm } from './open-film.ts';

/** Frames are stored this much later than they are shown, at most, in seconds. */
const REORDERED_S = 1;
const STALL_MS = 30_000;

export interface SpanFrames {
	/** Of the frames around the span; one frame at the start of the film stands for all before them. */
	readonly index: FrameIndex;
	/** Without that one. */
	readonly frames: FrameIndex;
}

/**
 * The frames of [fromS, toS) of a film (seconds on the file's own timeline), and those before them back to a key frame: read from the packets there,
 * not from all of the film.
 */
export async function framesOfSpan(
	{ ffmpeg, media }: { readonly ffmpeg: Ffmpeg; readonly media: MediaFiles },
	film: OpenFilm,
	{ overview, facts }: FilmLook,
	{ fromS, toS }: { readonly fromS: number; readonly toS: number },
	signal: AbortSignal,
): Promise<Result<SpanFrames, Failure>> {
	const picture = pictureOf(overview);
	const packets = new PacketCollector();
	const startS = Math.max(fromS, facts.firstTimestampS);
	const args = [
		...['-v', 'error', '-of', 'compact=p=0', '-read_intervals', `${decimal(startS)}%${decimal(toS + 2 * REORDERED_S)}`],
		...[...inputArgs(film.input), '-select_streams', PICTURE_TRACK, '-show_entries', PACKET_ENTRIES],
	];
	const end = await ffmpeg.probe(args, {
		...{ signal, nice: false, stallMs: STALL_MS },
		onLine: (line) => packets.add(line),
	});
	const table = packets.table();
	const outcome = outcomeOf(end, film.path, film.name);
	if (!outcome.ok && table.pts.length === 0) return outcome;
	if (table.pts.some(Number.isNaN) && film.file !== undefined) {
		// Only the whole file tells when its pictures are shown.
		const probed = await media.probe(film.file.id);
		return probed.ok ? ok({ index: probed.value.index, frames: probed.value.index }) : probed;
	}
	if (table.pts.length === 0)
		return err({ kind: 'source-unreadable', subject: film.name, detail: 'no picture is there' });
	const base = ratioOf(picture?.time_base) ?? { num: 1, den: 1_000_000 };
	const all = indexFromPackets(table, base, undefined, ratioOf(picture?.avg_frame_rate));
	const frames = upTo(all, (toS + REORDERED_S) * 1e6, (toS + 2 * REORDERED_S) * 1e6);
	return ok({ frames, index: withStart(frames, facts.firstTimestampS * 1e6) });
}

/** Near the end of what was read, frames may be missing: they are left out, unless it was the end of the film. */
function upTo(index: FrameIndex, sureUs: number, readUs: number): FrameIndex {
	const last = index.ptsUs.at(-1) ?? 0;
	if (last < readUs - 1e5) return index;
	const count = index.ptsUs.findIndex((us) => us > sureUs);
	if (count <= 0) return index;
	return {
		ptsUs: index.ptsUs.slice(0, count),
		key: index.key.slice(0, count),
		endUs: index.ptsUs[count] ?? index.endUs,
	};
}

function withStart({ ptsUs, key, endUs }: FrameIndex, startUs: number): FrameIndex {
	const [first = startUs] = ptsUs;
	if (first <= startUs + 1e5) return { ptsUs, key, endUs };
	return { ptsUs: Float64Array.of(startUs, ...ptsUs), key: Uint8Array.of(1, ...key), endUs };
}
