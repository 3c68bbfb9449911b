import { AudioSample, AudioSampleSink, type AudioSampleSource, type InputAudioTrack } from 'mediabunny';
import type { ExportTask, Piece } from '#core/export-task';
import { pieceStarts } from '../frame-plan.ts';
import type { Pace } from '../pace.ts';
import type { Planes } from './mix.ts';
import { SoundSpan } from './sound-span.ts';

/** How the sound of a task comes out. */
export interface SoundShape {
	readonly rateHz: number;
	readonly channels: 1 | 2;
}

export interface SoundJob {
	readonly task: ExportTask;
	readonly shape: SoundShape;
	/** Lead-in that the encoder adds, in samples: the sound is handed over that much earlier, so that it stays where it was. */
	readonly primingSamples: number;
	/** Undefined when the file of the piece has no sound: the piece is silent. */
	readonly trackOf: (piece: Piece) => Promise<InputAudioTrack | undefined>;
	readonly source: AudioSampleSource;
	readonly pace: Pace;
	readonly signal: AbortSignal;
	readonly onReached: (atS: number) => void;
}

/** Decoders need what came before to start cleanly: AAC two frames, Opus 80 ms. */
const PREROLL_S = 0.12;

/** AAC is written at 44.1 or 48 kHz, Opus always at 48 kHz; more than two channels are mixed down. */
export function soundShape(codec: 'aac' | 'opus', rateHz: number, channels: number): SoundShape {
	return { rateHz: codec === 'aac' && rateHz === 44_100 ? rateHz : 48_000, channels: channels === 1 ? 1 : 2 };
}

/** Samples of the whole output. */
export const soundLength = (task: ExportTask, rateHz: number): number =>
	Math.round(task.pieces.reduce((sum, piece) => sum + piece.outS - piece.inS, 0) * rateHz);

/** Decodes, cuts to the sample and encodes the sound of every piece into the muxer. */
export async function pumpSound(job: SoundJob): Promise<void> {
	const starts = pieceStarts(job.task);
	const { rateHz, channels } = job.shape;
	let made = 0;
	for (const [p, piece] of job.task.pieces.entries()) {
		const endS = starts[p + 1] ?? (starts[p] ?? 0) + piece.outS - piece.inS;
		const span = new SoundSpan({ inS: piece.inS, length: Math.round(endS * rateHz) - made, rateHz, channels });
		for await (const planes of cutSpan(span, await job.trackOf(piece), piece, job.signal)) {
			await addBlock(job, planes, made);
			made += planes[0]?.length ?? 0;
			job.onReached(made / rateHz);
			await job.pace.reach('audio', made / rateHz, job.signal);
			job.signal.throwIfAborted();
		}
	}
}

async function* cutSpan(
	span: SoundSpan,
	track: InputAudioTrack | undefined,
	piece: Piece,
	signal: AbortSignal,
): AsyncGenerator<Planes> {
	if (track !== undefined) {
		for await (const sample of new AudioSampleSink(track).samples(piece.inS - PREROLL_S, piece.outS)) {
			const block = { timestampS: sample.timestamp, rateHz: sample.sampleRate, planes: planesOf(sample) };
			sample.close();
			signal.throwIfAborted();
			yield* span.push(block);
			if (span.isFull) break;
		}
	}
	yield* span.end();
}

function planesOf(sample: AudioSample): Planes {
	return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
		const plane = new Float32Array(sample.numberOfFrames);
		sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
		return plane;
	});
}

async function addBlock({ shape, primingSamples, source }: SoundJob, planes: Planes, at: number): Promise<void> {
	const length = planes[0]?.length ?? 0;
	const data = new Float32Array(length * planes.length);
	planes.forEach((plane, channel) => data.set(plane, channel * length));
	const block = new AudioSample({
		data,
		format: 'f32-planar',
		numberOfChannels: planes.length,
		sampleRate: shape.rateHz,
		timestamp: (at - primingSamples) / shape.rateHz,
	});
	try {
		await source.add(block);
	} finally {
		block.close();
	}
}
