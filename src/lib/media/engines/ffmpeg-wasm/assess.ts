import { codecName } from '#core/media/codec-name';
import { encodedVideo, type ExportTask, type PlanNote } from '#core/export/export-task';
import { toNumber } from '#core/time/rational';
import { isCoreAvailable, UNDECODABLE } from '../../ffmpeg-wasm/index.ts';
import type { Ability, FactsOf } from '../../engine.ts';

type Inability = Extract<Ability, { able: false }>;

const ENCODERS = { avc: 'H.264 by ffmpeg (libx264)', vp9: 'VP9 by ffmpeg (libvpx)' } as const;

/** ffmpeg's memory ends at 2 GB; x264 at 8K needs more. */
const LARGEST_PIXELS = 4096 * 2304;

/** What `assess` answers, from facts alone. */
export async function assessTasks(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
	if (typeof WebAssembly === 'undefined' || typeof Worker === 'undefined') {
		return { able: false, reason: 'engine-not-on-device', detail: 'this browser runs no WebAssembly' };
	}
	if (!navigator.onLine && !(await isCoreAvailable())) {
		const detail = 'ffmpeg is not on this device yet, and there is no network';
		return { able: false, reason: 'engine-not-on-device', detail };
	}
	const notes: PlanNote[] = [];
	let costS = 0;
	let encoder = '';
	for (const task of tasks) {
		const inability = inabilityFor(task, factsOf);
		if (inability !== undefined) return inability;
		encoder ||= encoderOf(task);
		costS += cost(task, factsOf);
	}
	if (!(await isCoreAvailable())) notes.push({ kind: 'info', text: 'ffmpeg (32 MB) is fetched first, once.' });
	return { able: true, how: 'encode', costS, encoder, notes };
}

/** Bytes that decoders and filters of all pieces together may take; ffmpeg's memory ends at 2 GB. */
const MEMORY_BYTES = 1.2e9;
/** Pictures that a decoder holds at a time, in 8-bit 4:2:0. */
const HELD_PICTURES = 8;

function inabilityFor(task: ExportTask, factsOf: FactsOf): Inability | undefined {
	const sound = soundInability(task);
	if (sound !== undefined || task.video.kind === 'none') return sound;
	const copying = task.video.kind === 'copy' || task.audio.kind === 'copy';
	if (copying) return copyInability(task, factsOf);
	const { size } = task.video;
	const codec = encodedVideo(task)?.codec;
	if (codec === 'av1' || codec === 'hevc') {
		const detail = `ffmpeg in the browser does not encode ${codecName(codec)}`;
		return { able: false, reason: 'codec-not-encodable', detail };
	}
	let heldBytes = 0;
	for (const { media } of task.pieces) {
		const { video } = factsOf(media);
		if (video === undefined) return { able: false, reason: 'codec-not-decodable', detail: 'a piece has no picture' };
		if (UNDECODABLE.has(video.codec)) {
			const detail = `ffmpeg in the browser does not decode ${codecName(video.codec)}`;
			return { able: false, reason: 'codec-not-decodable', detail };
		}
		if (Math.max(video.codedWidth * video.codedHeight, size.width * size.height) > LARGEST_PIXELS) {
			return { able: false, reason: 'source-too-large', detail: 'ffmpeg has too little memory for more than 4K' };
		}
		heldBytes += video.codedWidth * video.codedHeight * 1.5 * HELD_PICTURES;
	}
	if (heldBytes > MEMORY_BYTES) {
		const detail = `ffmpeg has too little memory for ${task.pieces.length} clips at once`;
		return { able: false, reason: 'source-too-large', detail };
	}
	return undefined;
}

function soundInability({ audio, container }: ExportTask): Inability | undefined {
	if (audio.kind !== 'encode' || audio.codec !== 'pcm-s16' || container !== 'mp4') return undefined;
	return { able: false, reason: 'codec-not-encodable', detail: 'ffmpeg in the browser cannot put PCM sound into MP4' };
}

/** Containers in which ffmpeg finds a key frame by its presentation time. */
const COPIED_FROM = new Set(['mp4', 'mov']);

function copyInability(task: ExportTask, factsOf: FactsOf): Inability | undefined {
	const because = (detail: string): Inability => ({ able: false, reason: 'codec-not-encodable', detail });
	const [piece] = task.pieces;
	if (task.video.kind !== 'copy' || task.video.exact || task.audio.kind === 'encode') {
		return because('ffmpeg in the browser copies whole files of packets only, from a key frame on');
	}
	if (piece === undefined || task.pieces.length > 1) return because('ffmpeg in the browser joins nothing by copying');
	const { container } = factsOf(piece.media);
	if (!COPIED_FROM.has(container))
		return because(`ffmpeg in the browser does not find key frames in ${container} files`);
	return undefined;
}

function encoderOf(task: ExportTask): string {
	const { audio } = task;
	const video = encodedVideo(task);
	if (video !== undefined) return video.codec === 'av1' || video.codec === 'hevc' ? '' : ENCODERS[video.codec];
	switch (task.video.kind) {
		case 'gif':
			return 'GIF by ffmpeg';
		case 'frames':
			return `${PICTURES[task.video.format]} by ffmpeg`;
		case 'copy':
			return 'copied by ffmpeg';
		default:
			return audio.kind === 'encode' ? `${SOUNDS[audio.codec]} by ffmpeg` : 'ffmpeg';
	}
}

const PICTURES = { webp: 'WebP', png: 'PNG', jpeg: 'JPEG' } as const;
const SOUNDS = { aac: 'AAC', opus: 'Opus (libopus)', 'pcm-s16': 'PCM', mp3: 'MP3 (LAME)' } as const;

/** Pixels a second on one core of an ordinary computer; see docs/benchmarks.md. */
const DECODED_A_SECOND = 110e6;
const ENCODED_A_SECOND = { avc: 18e6, hevc: 2e6, vp9: 2.5e6, av1: 1e6, gif: 5e6, frames: 3e6 } as const;
/** To compile the core and start a worker. */
const START_S = 0.7;

function cost(task: ExportTask, factsOf: FactsOf): number {
	const { pieces, durationS, video } = task;
	if (video.kind === 'none' || video.kind === 'copy') return START_S + durationS / 30;
	const read = pieces.reduce((sum, { media, inS, outS }) => {
		const facts = factsOf(media).video;
		if (facts === undefined) return sum;
		// Half a key-frame distance is decoded on average before the first frame that is kept.
		const seconds = outS - inS + (facts.longestGopS ?? 2) / 2;
		return sum + seconds * toNumber(facts.fps) * facts.codedWidth * facts.codedHeight;
	}, 0);
	const pixels = video.frames * video.size.width * video.size.height;
	const speed = ENCODED_A_SECOND[video.kind === 'gif' || video.kind === 'frames' ? video.kind : video.codec];
	// A GIF is decoded twice: once to find its colours.
	return START_S + (read * (video.kind === 'gif' ? 2 : 1)) / DECODED_A_SECOND + pixels / speed;
}
