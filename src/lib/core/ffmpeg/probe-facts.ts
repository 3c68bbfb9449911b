import { codecName } from '../media/codec-name.ts';
import type { Failure } from '../failure.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';
import { indexFromPackets } from './index-from-packets.ts';
import type { PacketTable } from './probe-packets.ts';
import {
	audioFactsOf,
	containerOf,
	type Overview,
	pictureOf,
	ratioOf,
	secondsOf,
	subtitleFactsOf,
	videoFactsOf,
} from './probe-overview.ts';

/** What was read of the first picture track. */
export interface ProbedPackets {
	readonly packets: PacketTable | undefined;
	/** When the first picture is shown as decoding tells it, in seconds; only where packets lack timestamps. */
	readonly firstPictureS: number | undefined;
	/** Instead of packets: the frames as the file itself lists them, and what they weigh in bytes. */
	readonly listed?: { readonly index: FrameIndex; readonly bytes: number };
}

export interface FfmpegProbed {
	readonly facts: MediaFacts;
	readonly index: FrameIndex | undefined;
}

/** Facts and index out of what ffprobe said; pure. `undecodable` are codecs that the ffmpeg at hand names but cannot decode. */
export function factsFrom(
	{ packets, firstPictureS, listed }: ProbedPackets,
	overview: Overview,
	file: Pick<MediaFacts, 'fingerprint' | 'name' | 'bytes'>,
	undecodable: ReadonlySet<string> = new Set(),
): Result<FfmpegProbed, Failure> {
	const picture = pictureOf(overview);
	const audio = audioFactsOf(overview);
	const rate = ratioOf(picture?.avg_frame_rate);
	const bytes = listed?.bytes ?? packets?.bytes ?? NaN;
	const index =
		listed?.index ??
		(picture === undefined || packets === undefined || packets.pts.length === 0
			? undefined
			: indexFromPackets(packets, ratioOf(picture.time_base) ?? { num: 1, den: 1_000_000 }, firstPictureS, rate));
	const shown = index === undefined || picture === undefined ? undefined : videoFactsOf(picture, index, bytes);
	const video = shown === undefined || undecodable.has(shown.codec) ? undefined : shown;
	if (shown !== undefined && video === undefined) {
		return err({
			kind: 'unsupported',
			subject: file.name,
			detail: `nothing here decodes its picture (${codecName(shown.codec)})`,
		});
	}
	if (video === undefined && audio.length === 0) {
		return err({ kind: 'source-unreadable', subject: file.name, detail: 'it holds neither picture nor sound' });
	}
	const firstTimestampS =
		index === undefined ? (secondsOf(overview.format.start_time) ?? 0) : (index.ptsUs[0] ?? 0) / 1e6;
	const endS = Math.max(index === undefined ? -Infinity : index.endUs / 1e6, ...soundEnds(overview));
	return ok({
		facts: {
			...file,
			container: containerOf(overview),
			reader: 'ffmpeg',
			durationS: Number.isFinite(endS)
				? Math.max(0, endS - firstTimestampS)
				: (secondsOf(overview.format.duration) ?? 0),
			firstTimestampS,
			...(video === undefined ? {} : { video }),
			audio,
			subtitles: subtitleFactsOf(overview),
			playable: 'preview',
			truncated: false,
			notes: [],
		},
		index,
	});
}

/** When each sound track ends, in seconds, where the container tells. */
const soundEnds = ({ streams }: Overview): number[] =>
	streams.flatMap(({ codec_type: type, start_time: start, duration }) => {
		const lengthS = type === 'audio' ? secondsOf(duration) : undefined;
		return lengthS === undefined ? [] : [(secondsOf(start) ?? 0) + lengthS];
	});
