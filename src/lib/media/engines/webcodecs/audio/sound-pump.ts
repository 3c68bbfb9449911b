import { AudioSampleSink, type AudioSample, type InputAudioTrack } from 'mediabunny';
import type { Piece } from '#core/export/export-task';
import { pieceStarts } from '../frame-plan.ts';
import type { Pace } from '../pace.ts';
import type { TaskOutput } from '../task-output.ts';
import type { Planes } from './mix.ts';
import type { SoundOutput } from './sound-output.ts';
import type { SoundSpan } from './sound-span.ts';

export interface SoundJob {
	/** Several outputs read the same part of one file. */
	readonly outputs: readonly TaskOutput[];
	/** Undefined when the file of the piece has no sound: the piece is silent. */
	readonly trackOf: (piece: Piece) => Promise<InputAudioTrack | undefined>;
	readonly pace: Pace;
	readonly signal: AbortSignal;
}

/** What one output takes of the sound that is decoded. */
interface Cut {
	readonly output: TaskOutput;
	readonly sound: SoundOutput;
	readonly piece: Piece;
	readonly span: SoundSpan;
}

/** Decoders need what came before to start cleanly: AAC two frames, Opus 80 ms. */
const PREROLL_S = 0.12;

/** Decodes the sound of every piece once, and cuts it to the sample for each output that has the piece. */
export async function pumpSound(job: SoundJob): Promise<void> {
	const ending: Promise<void>[] = [];
	try {
		for (let p = 0; ; p += 1) {
			const cuts = cutsOf(job.outputs, p);
			if (cuts.length === 0) break;
			for await (const { output, sound } of pumpPiece(job, p, cuts)) {
				if (p < output.task.pieces.length - 1) continue;
				ending.push(output.guard(() => sound.finish().then(() => output.finish('audio'))));
			}
		}
	} finally {
		await Promise.all(ending);
	}
}

const cutsOf = (outputs: readonly TaskOutput[], p: number): readonly Cut[] =>
	outputs.flatMap((output): Cut[] => {
		const { sound, task, isLive } = output;
		const piece = task.pieces[p];
		if (sound === undefined || piece === undefined || !isLive) return [];
		return [{ output, sound, piece, span: sound.span(p) }];
	});

/** Gives each cut as soon as it is complete. */
async function* pumpPiece(job: SoundJob, p: number, cuts: readonly Cut[]): AsyncGenerator<Cut> {
	const fromS = Math.min(...cuts.map(({ piece }) => piece.inS));
	const untilS = Math.max(...cuts.map(({ piece }) => piece.outS));
	const [first] = cuts;
	if (first === undefined) return;
	const startS = pieceStarts(first.output.task)[p] ?? 0;
	const give = ({ output, sound, piece, span }: Cut, blocks: Iterable<Planes>): Promise<void> =>
		output.guard(async () => {
			for (const planes of blocks) {
				await output.open();
				await sound.add(planes);
				output.reach('audio', sound.madeS);
				await job.pace.reach('audio', startS + piece.inS - fromS + span.madeS, output.signal);
			}
		});
	let open = cuts;
	const track = await job.trackOf(first.piece);
	if (track !== undefined) {
		for await (const sample of new AudioSampleSink(track).samples(fromS - PREROLL_S, untilS)) {
			const block = { timestampS: sample.timestamp, rateHz: sample.sampleRate, planes: planesOf(sample) };
			const endS = sample.timestamp + sample.duration;
			sample.close();
			job.signal.throwIfAborted();
			for (const cut of open) if (endS > cut.piece.inS - PREROLL_S) await give(cut, cut.span.push(block));
			yield* open.filter(({ span }) => span.isFull);
			open = open.filter(({ output, span }) => output.isLive && !span.isFull);
			if (open.length === 0) break;
		}
	}
	for (const cut of open) {
		await give(cut, cut.span.end());
		job.signal.throwIfAborted();
		yield cut;
	}
}

function planesOf(sample: AudioSample): Planes {
	return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
		const plane = new Float32Array(sample.numberOfFrames);
		sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
		return plane;
	});
}
