import { AudioSampleSource, EncodedVideoPacketSource, Quality, type Output } from 'mediabunny';
import { codecName } from '#core/media/codec-name';
import { encodedVideo, type ExportTask } from '#core/export/export-task';
import { outputFileName } from '#core/export/output-file-name';
import { toNumber } from '#core/time/rational';
import { present } from '#core/result';
import { prepareAac, type SoundEncoder } from './audio/aac-encoder.ts';
import { prepareMp3 } from './audio/mp3-encoder.ts';
import { SoundOutput, soundLength, soundShape, type SoundCodec } from './audio/sound-output.ts';
import { EncodedPictures, type Pictures } from './encoded-pictures.ts';
import { pickEncoding } from './encoder-config.ts';
import { ExportFailure } from './export-failure.ts';
import { pictureCount, planPictures } from './frame-plan.ts';
import { PictureFiles } from './pictures/picture-files.ts';
import type { PicturePool } from './pictures/picture-pool.ts';
import type { TaskRequest } from './task-request.ts';
import type { TrackOf } from './under-frames.ts';

/** The pictures of an output; `addTo` puts their track into its muxer, where they go into one. */
export interface PicturePart {
	readonly pictures: Pictures;
	readonly addTo?: (output: Output) => void;
}

export interface SoundPart {
	readonly sound: SoundOutput;
	/** What encodes it, for records. */
	readonly title: string;
	readonly addTo: (output: Output) => void;
}

/** What the pictures of an output are made with. */
export interface PictureMeans {
	readonly pool: PicturePool;
	/** Opens the picture of a piece. */
	readonly trackOf: TrackOf;
	readonly signal: AbortSignal;
}

/** Undefined when the output has no picture. Throws `ExportFailure` when the browser cannot encode it. */
export async function preparePictures(
	{ task, sources, output }: TaskRequest,
	{ pool, trackOf, signal }: PictureMeans,
): Promise<PicturePart | undefined> {
	const video = encodedVideo(task);
	const spans = planPictures(task, ({ media }) =>
		present(sources.find(({ facts }) => facts.fingerprint === media)?.index, 'the frame index of a piece'),
	);
	if (task.video.kind === 'frames' && 'folder' in output) {
		const subject = outputFileName(task.output);
		return {
			pictures: new PictureFiles({ video: task.video, spans, folder: output.folder, pool, trackOf, subject, signal }),
		};
	}
	if (video === undefined) return undefined;
	const encoding = await pickEncoding(task);
	if (encoding === undefined) {
		const detail = `the browser does not encode ${codecName(video.codec)} at ${video.size.width}×${video.size.height}`;
		throw new ExportFailure({ kind: 'unsupported', subject: task.output.name, detail });
	}
	const source = new EncodedVideoPacketSource(encoding.codec);
	return {
		pictures: new EncodedPictures({ video, spans, encoding, source, trackOf, signal }),
		addTo: (muxer) =>
			muxer.addVideoTrack(source, {
				maximumPacketCount: pictureCount(spans),
				...(video.rate === 'source' ? {} : { frameRate: toNumber(video.rate) }),
			}),
	};
}

/** Samples in the shortest packets: of AAC, of Opus (10 ms), and of the blocks that PCM is handed over in. */
const PACKET_SAMPLES: Readonly<Record<SoundCodec, number>> = { aac: 1024, opus: 480, 'pcm-s16': 256, mp3: 1152 };

/** Undefined when the output has no sound. */
export async function prepareSound({ task, sources }: TaskRequest): Promise<SoundPart | undefined> {
	const wanted = soundOf(task);
	if (wanted === undefined) return undefined;
	const { codec, bitrate } = wanted;
	const tracks = task.pieces.flatMap(
		({ media }) => sources.find(({ facts }) => facts.fingerprint === media)?.facts.audio.slice(0, 1) ?? [],
	);
	const shape = soundShape(codec, tracks);
	const { primingSamples, title } = await encoderOf(codec, shape.rateHz, shape.channels, bitrate);
	const quality = bitrate === undefined ? {} : { quality: new Quality({ bitrate }) };
	const source = new AudioSampleSource({ codec, ...quality });
	const packets = Math.ceil(soundLength(task, shape.rateHz) / PACKET_SAMPLES[codec]) + 8;
	return {
		sound: new SoundOutput({ task, shape, primingSamples, source }),
		title,
		addTo: (output) => output.addAudioTrack(source, { maximumPacketCount: packets }),
	};
}

function soundOf({ audio, output }: ExportTask): { codec: SoundCodec; bitrate?: number } | undefined {
	if (audio.kind === 'none') return undefined;
	if (audio.kind === 'wav') return { codec: 'pcm-s16' };
	if (audio.kind === 'encode' && audio.codec === 'pcm-s16') return { codec: audio.codec };
	if (audio.kind === 'encode') return { codec: audio.codec, bitrate: audio.bitrate };
	const detail = `the browser does not write sound as ${codecName(audio.codec)}`;
	throw new ExportFailure({ kind: 'unsupported', subject: output.name, detail });
}

async function encoderOf(
	codec: SoundCodec,
	rateHz: number,
	channels: number,
	bitrate: number | undefined,
): Promise<SoundEncoder> {
	if (codec === 'aac') return prepareAac(rateHz, channels, bitrate ?? 128_000);
	if (codec === 'mp3') return prepareMp3();
	return { primingSamples: 0, title: codec === 'opus' ? 'Opus by the browser' : 'PCM' };
}
