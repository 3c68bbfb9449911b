import { EncodedPacketSink, VideoSampleSink, type InputVideoTrack } from 'mediabunny';
import { nalLengthBytes } from './disposable.ts';

/** How a picture track is decoded in this browser. */
export interface PictureTrack {
	readonly packets: EncodedPacketSink;
	/** Mediabunny's own way to a picture, with all its browser workarounds: slower, used when ours fails. */
	readonly samples: VideoSampleSink;
	readonly config: VideoDecoderConfig;
	/** Size of the NAL length fields of H.264; 0: start codes; undefined: another codec. */
	readonly nalLengthBytes: number | undefined;
	/** How many decoded pictures may be kept. */
	readonly capacity: number;
}

/** Software decoding up to this many pixels: its pictures can be kept without starving the decoder, and it starts at once. */
const SOFTWARE_PIXELS = 2560 * 1440;
/** Memory for decoded pictures, in bytes. */
const KEPT_BYTES = 192 * 1024 * 1024;
/** 4:2:0 with 8 bits; deeper pictures take twice as much. */
const BYTES_PER_PIXEL = 1.5;
const MOST_KEPT = 180;
/** Hardware decoders have few buffers and stop when they are all held. */
const KEPT_FROM_HARDWARE = 6;

/** How to decode `track`; a sentence when this browser cannot. */
export async function pictureTrack(track: InputVideoTrack): Promise<PictureTrack | string> {
	if (typeof VideoDecoder === 'undefined') return 'this browser has no video decoder for web pages';
	const plain = await track.getDecoderConfig();
	if (plain === null) return `the codec ${String(await track.getInternalCodecId())} is not known`;
	const pixels = (await track.getCodedWidth()) * (await track.getCodedHeight());
	const software: VideoDecoderConfig = { ...plain, hardwareAcceleration: 'prefer-software' };
	const useSoftware = pixels <= SOFTWARE_PIXELS && (await isSupported(software));
	if (!useSoftware && !(await isSupported(plain))) return `this browser cannot decode ${plain.codec}`;
	return {
		packets: new EncodedPacketSink(track),
		samples: new VideoSampleSink(track),
		config: useSoftware ? software : plain,
		nalLengthBytes: (await track.getCodec()) === 'avc' ? nalLengthBytes(plain.description) : undefined,
		capacity: useSoftware
			? Math.min(MOST_KEPT, Math.floor(KEPT_BYTES / (pixels * BYTES_PER_PIXEL)))
			: KEPT_FROM_HARDWARE,
	};
}

async function isSupported(config: VideoDecoderConfig): Promise<boolean> {
	try {
		return (await VideoDecoder.isConfigSupported(config)).supported === true;
	} catch (thrown) {
		// Some browsers throw for codec strings they have never heard of.
		if (thrown instanceof TypeError || thrown instanceof DOMException) return false;
		throw thrown;
	}
}
