/** How sound is encoded: which encoder, and how many samples of lead-in it puts before the first one it was given. */
export interface SoundEncoder {
	readonly primingSamples: number;
	/** For the person: "AAC by the browser". */
	readonly title: string;
}

/** The encoder in WebAssembly is ffmpeg's: AAC-LC with one frame of lead-in. */
const WASM_PRIMING = 1024;

async function browserEncodes(codec: string, rateHz: number, channels: number, bitrate: number): Promise<boolean> {
	if (typeof AudioEncoder === 'undefined') return false;
	const { supported } = await AudioEncoder.isConfigSupported({
		codec,
		sampleRate: rateHz,
		numberOfChannels: channels,
		bitrate,
	});
	return supported === true;
}

/** Makes AAC encodable: by the browser where it can, else by loading the encoder in WebAssembly (300 kB, once). */
export async function prepareAac(rateHz: number, channels: number, bitrate: number): Promise<SoundEncoder> {
	if (await browserEncodes('mp4a.40.2', rateHz, channels, bitrate)) {
		return { primingSamples: await measurePriming(rateHz, channels, bitrate), title: 'AAC by the browser' };
	}
	const { registerAacEncoder } = await import('@mediabunny/aac-encoder');
	registerAacEncoder();
	return { primingSamples: WASM_PRIMING, title: 'AAC' };
}

/** Where the impulse stands in the sound that measures the lead-in. */
const IMPULSE_AT = 4096;

/**
 * Lead-in of the browser's own encoder, in samples: browsers do not tell it, so an impulse is encoded, decoded and looked for. 0 when the
 * impulse does not come back.
 */
async function measurePriming(rateHz: number, channels: number, bitrate: number): Promise<number> {
	const chunks: EncodedAudioChunk[] = [];
	const decoded: Float32Array[] = [];
	let config: AudioDecoderConfig | undefined;
	const encoder = new AudioEncoder({
		output: (chunk, meta) => {
			chunks.push(chunk);
			config ??= meta?.decoderConfig;
		},
		error: () => undefined,
	});
	const decoder = new AudioDecoder({
		output: (data) => {
			const plane = new Float32Array(data.numberOfFrames);
			data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
			decoded.push(plane);
			data.close();
		},
		error: () => undefined,
	});
	try {
		encoder.configure({ codec: 'mp4a.40.2', sampleRate: rateHz, numberOfChannels: channels, bitrate });
		encoder.encode(impulse(rateHz, channels));
		await encoder.flush();
		if (config === undefined) return 0;
		decoder.configure(config);
		for (const chunk of chunks) decoder.decode(chunk);
		await decoder.flush();
		return Math.max(0, loudest(decoded) - IMPULSE_AT);
	} catch (thrown) {
		if (thrown instanceof DOMException) return 0;
		throw thrown;
	} finally {
		if (encoder.state !== 'closed') encoder.close();
		if (decoder.state !== 'closed') decoder.close();
	}
}

function impulse(rateHz: number, channels: number): AudioData {
	const length = 16_384;
	const data = new Float32Array(length * channels);
	for (let channel = 0; channel < channels; channel += 1) data[channel * length + IMPULSE_AT] = 0.9;
	return new AudioData({
		format: 'f32-planar',
		sampleRate: rateHz,
		numberOfChannels: channels,
		numberOfFrames: length,
		timestamp: 0,
		data,
	});
}

function loudest(blocks: readonly Float32Array[]): number {
	let [position, found, peak] = [0, IMPULSE_AT, 0];
	for (const block of blocks) {
		for (let i = 0; i < block.length; i += 1) {
			const level = Math.abs(block[i] as number);
			if (level > peak) [peak, found] = [level, position + i];
		}
		position += block.length;
	}
	return found;
}
