import { codecName } from '#core/codec-name';
import { encodedVideo, type ExportTask, type PlanNote } from '#core/export-task';
import { toNumber } from '#core/rational';
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

function inabilityFor(task: ExportTask, factsOf: FactsOf): Inability | undefined {
	if (task.video.kind === 'none') return undefined;
	const encoded = encodedVideo(task);
	if (encoded === undefined) {
		const detail = 'ffmpeg in the browser does not make this kind of file yet';
		return { able: false, reason: 'codec-not-encodable', detail };
	}
	const { codec, size } = encoded;
	if (codec === 'av1') {
		return { able: false, reason: 'codec-not-encodable', detail: 'ffmpeg in the browser does not encode AV1' };
	}
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
	}
	return undefined;
}

function encoderOf(task: ExportTask): string {
	const { audio } = task;
	const video = encodedVideo(task);
	if (video !== undefined) return video.codec === 'av1' ? '' : ENCODERS[video.codec];
	return audio.kind === 'encode' && audio.codec === 'opus' ? 'Opus by ffmpeg (libopus)' : 'AAC by ffmpeg';
}

/** Pixels a second on one core of an ordinary computer; see docs/benchmarks.md. */
const DECODED_A_SECOND = 110e6;
const ENCODED_A_SECOND = { avc: 18e6, vp9: 2.5e6, av1: 1e6 } as const;
/** To compile the core and start a worker. */
const START_S = 0.7;

function cost(task: ExportTask, factsOf: FactsOf): number {
	const { pieces, durationS } = task;
	const video = encodedVideo(task);
	if (video === undefined) return START_S + durationS / 30;
	const read = pieces.reduce((sum, { media, inS, outS }) => {
		const facts = factsOf(media).video;
		if (facts === undefined) return sum;
		// Half a key-frame distance is decoded on average before the first frame that is kept.
		const seconds = outS - inS + (facts.longestGopS ?? 2) / 2;
		return sum + seconds * toNumber(facts.fps) * facts.codedWidth * facts.codedHeight;
	}, 0);
	const made = video.frames * video.size.width * video.size.height;
	return START_S + read / DECODED_A_SECOND + made / ENCODED_A_SECOND[video.codec];
}
