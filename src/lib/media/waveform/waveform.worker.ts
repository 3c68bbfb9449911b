import { AudioSampleSink, type AudioSample } from 'mediabunny';
import { openInput } from '../probe/open-input.ts';
import type { CallContext } from '../worker-rpc/protocol.ts';
import { serve } from '../worker-rpc/serve.ts';
import { BUCKETS_PER_S, CHUNK_BUCKETS, type Buckets } from '#core/sound/pyramid';
import { ChunkSum } from '#core/sound/summing';

export interface SumRequest {
	/** Chunks from `from` up to, not including, `to`. */
	readonly from: number;
	readonly to: number;
}

export interface SumProgress {
	readonly chunk: number;
	readonly buckets: Buckets;
}

/** Decoders of lossy sound need what comes before to be right, in seconds. */
const LEAD_IN_S = 0.1;
const CHUNK_S = CHUNK_BUCKETS / BUCKETS_PER_S;

let sink: AudioSampleSink | undefined;
let originS = 0;
/** One channel of a piece. */
let scratch = new Float32Array(4096);

export const api = {
	/** Opens a file whose chunk 0 begins at `originS` (seconds); once a worker. A sentence when it has no sound that can be decoded. */
	async open(request: { readonly file: Blob; readonly originS: number }): Promise<string | null> {
		const track = await openInput(request.file, () => undefined).getPrimaryAudioTrack();
		if (track === null) return 'it has no sound';
		if (!(await track.canDecode())) return 'this browser cannot decode its sound';
		sink = new AudioSampleSink(track);
		originS = request.originS;
		return null;
	},

	/** Decodes through the chunks in order and reports each. Holds one of them in memory at a time. */
	async sumUp({ from, to }: SumRequest, { signal, report }: CallContext<SumProgress>): Promise<void> {
		if (sink === undefined) throw new DOMException('no file is open', 'InvalidStateError');
		const sum = new ChunkSum();
		let chunk = from;
		const tell = (): void => {
			report({ chunk, buckets: sum.take() });
			chunk += 1;
		};
		const startS = originS + from * CHUNK_S;
		for await (const sample of sink.samples(startS - LEAD_IN_S, originS + to * CHUNK_S)) {
			try {
				signal.throwIfAborted();
				// A piece may reach over the end of a chunk, or stand behind a gap.
				while (chunk < to && chunkEndS(chunk) <= sample.timestamp) tell();
				addTo(sum, sample, chunk);
				while (chunk < to - 1 && chunkEndS(chunk) <= sample.timestamp + sample.duration - 1e-6) {
					tell();
					addTo(sum, sample, chunk);
				}
			} finally {
				sample.close();
			}
		}
		signal.throwIfAborted();
		while (chunk < to) tell();
	},
};

const chunkEndS = (chunk: number): number => originS + (chunk + 1) * CHUNK_S;

function addTo(sum: ChunkSum, sample: AudioSample, chunk: number): void {
	const { sampleRate, numberOfChannels, numberOfFrames, timestamp } = sample;
	const first = Math.round((timestamp - originS - chunk * CHUNK_S) * sampleRate);
	if (scratch.length < numberOfFrames) scratch = new Float32Array(numberOfFrames);
	const plane = scratch.subarray(0, numberOfFrames);
	for (let channel = 0; channel < numberOfChannels; channel += 1) {
		sample.copyTo(plane, { planeIndex: channel, format: 'f32-planar' });
		sum.add(plane, first, sampleRate);
	}
}

serve(api, self);
