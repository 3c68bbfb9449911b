import type { StreamTargetChunk } from 'mediabunny';

/** Samples that LAME puts in front of the sound; players add the 529 of every decoder's own filter and leave out both. */
const ENCODER_DELAY = 576;

/** Sample rates of MPEG-1 audio by the two bits of a frame header (ISO/IEC 11172-3). */
const RATES = [44_100, 48_000, 32_000];
/** Bitrate of the head: the lowest whose frames have room for it, and its four bits. */
const [HEAD_BITRATE, HEAD_INDEX] = [64_000, 5];

/** Bitrates of MPEG-1 layer III by the four bits of a frame header, in kbit/s. */
const BITRATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/**
 * The frame that stands before all others of an MP3 and holds no sound: it tells players how many samples to leave out at the start, in the form that
 * LAME and ffmpeg write ("Info", Mp3 Info Tag revision 0). `first` begins with the header of the first frame, `bytes` is the size of all of
 * them, which have one bitrate; undefined when that is no MPEG-1 layer III.
 */
export function mp3Head(first: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> | undefined {
	const [sync = 0, version = 0, rates = 0, mode = 0] = first;
	const rateHz = RATES[(rates >> 2) & 3];
	const kbps = BITRATES[rates >> 4];
	if (sync !== 0xff || (version & 0xfe) !== 0xfa || rateHz === undefined || !kbps) return undefined;
	const frame = new Uint8Array(Math.floor((144 * HEAD_BITRATE) / rateHz));
	const view = new DataView(frame.buffer);
	frame.set([0xff, 0xfb, (HEAD_INDEX << 4) | (rates & 0x0c), mode]);
	const single = mode >> 6 === 3;
	const tag = 4 + (single ? 17 : 32);
	const write = (at: number, text: string): void =>
		frame.set(
			[...text].map((letter) => letter.charCodeAt(0)),
			at,
		);
	write(tag, 'Info');
	// Two fields follow: the number of frames and their bytes.
	view.setUint32(tag + 4, 3);
	view.setUint32(tag + 8, Math.round((bytes * rateHz) / (144_000 * kbps)));
	view.setUint32(tag + 12, bytes + frame.length);
	write(tag + 16, 'LAME3.100');
	frame.set([ENCODER_DELAY >> 4, (ENCODER_DELAY & 15) << 4, 0], tag + 16 + 21);
	return frame;
}

/** Writes into `file` behind a head that tells players about the lead-in. Takes what an MP3 muxer without a head of its own writes. */
export function behindMp3Head(file: WritableStream<StreamTargetChunk>): WritableStream<StreamTargetChunk> {
	const writer = file.getWriter();
	let first: Uint8Array | undefined;
	let [shift, bytes] = [0, 0];
	const writeHead = async (): Promise<void> => {
		const head = first && mp3Head(first, bytes);
		if (head !== undefined) await writer.write({ type: 'write', data: head, position: 0 });
	};
	return new WritableStream<StreamTargetChunk>({
		async write(chunk) {
			const { data, position } = chunk;
			if (first === undefined) {
				first = data.slice(0, 4);
				shift = mp3Head(first, 0)?.length ?? 0;
				await writeHead();
			}
			bytes = Math.max(bytes, position + data.byteLength);
			await writer.write({ ...chunk, position: position + shift });
		},
		async close() {
			await writeHead();
			await writer.close();
		},
		abort: (reason) => writer.abort(reason),
	});
}
