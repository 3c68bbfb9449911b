import { codecName } from '#core/media/codec-name';
import { encodedVideo, type ExportTask, type PlanNote } from '#core/export/export-task';
import type { AudioFacts, MediaFacts, VideoFacts } from '#core/media/media-facts';
import type { PictureFormat } from '#core/export/output-file-name';
import type { Ability, FactsOf } from '../../engine.ts';
import { assessCopy } from './copy/assess-copy.ts';
import { costOf } from './cost.ts';
import { pickEncoding } from './encoder-config.ts';

type Inability = Extract<Ability, { able: false }>;

/** What `assess` answers, from facts and the browser's own word on codecs; no file is read. */
export async function assessTasks(tasks: readonly ExportTask[], factsOf: FactsOf): Promise<Ability> {
	const encodes = tasks.some(({ video }) => video.kind !== 'copy');
	if (encodes && (typeof VideoDecoder === 'undefined' || typeof VideoEncoder === 'undefined')) {
		return { able: false, reason: 'no-webcodecs', detail: 'this browser has no WebCodecs' };
	}
	const notes = new Map<string, PlanNote>();
	const encoded: ExportTask[] = [];
	let costS = 0;
	let encoder = '';
	for (const task of tasks) {
		if (task.video.kind === 'copy') {
			const copying = await assessCopy(task, factsOf);
			if ('able' in copying) return copying;
			encoder ||= copying.encoder;
			costS += copying.costS;
			continue;
		}
		const inability = (await readingInability(task, factsOf)) ?? (await soundInability(task)) ?? gifInability(task);
		if (inability !== undefined) return inability;
		encoded.push(task);
		if (task.video.kind === 'none' || task.video.kind === 'frames') {
			encoder ||= task.video.kind === 'none' ? soundTitle(task) : pictureTitle(task.video.format);
			continue;
		}
		const video = encodedVideo(task);
		if (video?.hdr === 'keep') {
			const detail = 'the browser encodes eight bits, and a high dynamic range takes ten';
			return { able: false, reason: 'codec-not-encodable', detail };
		}
		const encoding = await pickEncoding(task);
		if (video === undefined || encoding === undefined) {
			const asked = video && `${codecName(video.codec)} at ${video.size.width}×${video.size.height}`;
			const detail = `the browser does not encode ${asked ?? 'this kind of file'}`;
			return { able: false, reason: 'codec-not-encodable', detail };
		}
		encoder ||= `${codecName(encoding.codec)} by the browser`;
		if ('crf' in video.quality && encoding.config.bitrateMode !== 'quantizer') {
			const mbps = ((encoding.config.bitrate ?? 0) / 1e6).toFixed(1);
			const text = `The browser's ${codecName(encoding.codec)} encoder has no constant quality: ${mbps} Mbit/s is used instead.`;
			notes.set(text, { kind: 'info', text });
		}
	}
	costS += costOf(encoded, factsOf);
	return { able: true, how: howOf(tasks), costS, encoder, notes: [...notes.values()] };
}

function howOf(tasks: readonly ExportTask[]): Extract<Ability, { able: true }>['how'] {
	if (!tasks.every(({ video }) => video.kind === 'copy')) return 'encode';
	return tasks.some(({ video }) => video.kind === 'copy' && video.exact) ? 'smart' : 'copy';
}

const pictureTitle = (format: PictureFormat): string =>
	format === 'webp' ? 'WebP' : `${format.toUpperCase()} by the browser`;

function gifInability({ video }: ExportTask): Inability | undefined {
	if (video.kind !== 'gif') return undefined;
	const detail = 'GIFs are left to ffmpeg, which finds the best colours';
	return { able: false, reason: 'codec-not-encodable', detail };
}

async function readingInability(task: ExportTask, factsOf: FactsOf): Promise<Inability | undefined> {
	for (const { media } of task.pieces) {
		const facts = factsOf(media);
		if (facts.reader !== 'mediabunny') {
			const detail = `the browser does not read ${facts.container} files`;
			return { able: false, reason: 'container-not-readable', detail };
		}
		const codec = await undecodable(facts, task);
		if (codec !== undefined)
			return { able: false, reason: 'codec-not-decodable', detail: `the browser does not decode ${codecName(codec)}` };
	}
	return undefined;
}

async function undecodable({ video, audio }: MediaFacts, task: ExportTask): Promise<string | undefined> {
	if (task.video.kind !== 'none' && video !== undefined && !(await decodesVideo(video))) return video.codec;
	const sound = audio[0];
	if (task.audio.kind !== 'none' && sound !== undefined && !(await decodesAudio(sound))) return sound.codec;
	return undefined;
}

/** Codec strings to ask with when the probe found none: an ordinary profile of each. */
const COMMON_VIDEO: Readonly<Record<string, string>> = {
	avc: 'avc1.640028',
	hevc: 'hvc1.1.6.L120.B0',
	vp8: 'vp8',
	vp9: 'vp09.00.40.08',
	av1: 'av01.0.08M.08',
};

async function decodesVideo({ codec, codecString, codedWidth, codedHeight }: VideoFacts): Promise<boolean> {
	const asked = codecString ?? COMMON_VIDEO[codec];
	if (asked === undefined) return false;
	return answered(() => VideoDecoder.isConfigSupported({ codec: asked, codedWidth, codedHeight }));
}

const AUDIO: Readonly<Record<string, string>> = {
	aac: 'mp4a.40.2',
	mp3: 'mp3',
	opus: 'opus',
	vorbis: 'vorbis',
	flac: 'flac',
	ac3: 'ac-3',
	eac3: 'ec-3',
	dts: 'dtsc',
};

async function decodesAudio({ codec, sampleRateHz, channels }: AudioFacts): Promise<boolean> {
	if (codec.startsWith('pcm') || codec === 'ulaw' || codec === 'alaw') return true;
	const asked = AUDIO[codec];
	if (asked === undefined || typeof AudioDecoder === 'undefined') return false;
	// These two cannot be asked about without the file's own header; only its presence is looked at.
	const description = codec === 'vorbis' || codec === 'flac' ? { description: PLAUSIBLE_HEADER[codec] } : {};
	return answered(() =>
		AudioDecoder.isConfigSupported({
			codec: asked,
			sampleRate: sampleRateHz,
			numberOfChannels: channels,
			...description,
		}),
	);
}

const flacHeader = new Uint8Array(42);
flacHeader.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34]);

/** Xiph lacing of three empty Vorbis headers; a FLAC marker with a STREAMINFO block. */
const PLAUSIBLE_HEADER = { vorbis: new Uint8Array([2, 1, 1, 0, 0, 0]), flac: flacHeader };

const SOUNDS = { aac: 'AAC', opus: 'Opus', 'pcm-s16': 'PCM', mp3: 'MP3 (LAME)' } as const;

const soundTitle = ({ audio }: ExportTask): string =>
	`${audio.kind === 'encode' ? SOUNDS[audio.codec] : 'PCM'} by the browser`;

/** Sound can be encoded everywhere as PCM, AAC and MP3 (by the browser or in WebAssembly); Opus needs the browser. */
async function soundInability({ audio }: ExportTask): Promise<Inability | undefined> {
	if (audio.kind !== 'encode' || audio.codec !== 'opus') return undefined;
	const able =
		typeof AudioEncoder !== 'undefined' &&
		(await answered(() =>
			AudioEncoder.isConfigSupported({
				codec: 'opus',
				sampleRate: 48_000,
				numberOfChannels: 2,
				bitrate: audio.bitrate,
			}),
		));
	if (able) return undefined;
	return { able: false, reason: 'codec-not-encodable', detail: 'the browser does not encode Opus' };
}

async function answered(ask: () => Promise<{ supported?: boolean }>): Promise<boolean> {
	try {
		return (await ask()).supported === true;
	} catch (thrown) {
		// Chromium throws on codec names it does not know; that is a no.
		return !(thrown instanceof Error || thrown instanceof DOMException);
	}
}
