/** What this browser does with a codec; undefined where it cannot be asked. */
export interface CodecCheck {
	readonly name: string;
	readonly decodes: boolean;
	readonly encodes: boolean;
	/** Octocut brings its own encoder for it. */
	readonly ownEncoder: boolean;
}

const VIDEO = [
	['H.264', 'avc1.640028'],
	['H.265', 'hvc1.1.6.L120.90'],
	['VP8', 'vp8'],
	['VP9', 'vp09.00.40.08'],
	['AV1', 'av01.0.08M.08'],
] as const;
const AUDIO = [
	['AAC', 'mp4a.40.2'],
	['Opus', 'opus'],
	['MP3', 'mp3'],
	['FLAC', 'flac'],
] as const;
const SIZE = { width: 1920, height: 1080 };
const SOUND = { sampleRate: 48_000, numberOfChannels: 2 };

/** Asks the browser for each codec at 1080p and 48 kHz stereo. Never rejects: what throws is not supported. */
export async function checkCodecs(): Promise<readonly CodecCheck[]> {
	const video = VIDEO.map(async ([name, codec]) => ({
		name,
		decodes: await supported(() => VideoDecoder.isConfigSupported({ codec, codedWidth: 1920, codedHeight: 1080 })),
		encodes: await supported(() => VideoEncoder.isConfigSupported({ codec, ...SIZE, bitrate: 6e6, framerate: 30 })),
		ownEncoder: false,
	}));
	const audio = AUDIO.map(async ([name, codec]) => ({
		name,
		decodes: await supported(() => AudioDecoder.isConfigSupported({ codec, ...SOUND })),
		encodes: await supported(() => AudioEncoder.isConfigSupported({ codec, ...SOUND, bitrate: 128_000 })),
		ownEncoder: name === 'AAC',
	}));
	return Promise.all([...video, ...audio]);
}

async function supported(ask: () => Promise<{ supported?: boolean }>): Promise<boolean> {
	try {
		return (await ask()).supported ?? false;
	} catch (thrown) {
		console.debug('The browser would not say:', thrown);
		return false;
	}
}
