import { videoBitrate } from '#core/export/export-estimate';
import { encodedVideo, type EncodedVideo, type ExportTask } from '#core/export/export-task';
import { toNumber } from '#core/time/rational';

/** Seconds between key frames: shorter seeks better, grows the file. */
export const KEY_FRAME_INTERVAL_S = 2;

type Codec = 'avc' | 'hevc' | 'vp9' | 'av1';

/** How the picture is encoded: a configuration the browser accepts, and the quantizer of every frame when quality is constant. */
export interface PictureEncoding {
	readonly codec: Codec;
	readonly config: VideoEncoderConfig;
	/** Options of each frame beside `keyFrame`; empty when the bitrate rules. */
	readonly perFrame: VideoEncoderEncodeOptions;
}

/** ITU-T H.264 table A-1: level_idc, macroblocks a second, macroblocks a frame, kbit/s at High profile. */
const AVC_LEVELS: readonly (readonly [number, number, number, number])[] = [
	[30, 40500, 1620, 12500],
	[31, 108000, 3600, 17500],
	[32, 216000, 5120, 25000],
	[40, 245760, 8192, 25000],
	[42, 522240, 8704, 62500],
	[50, 589824, 22080, 168750],
	[51, 983040, 36864, 300000],
	[52, 2073600, 36864, 300000],
	[60, 4177920, 139264, 300000],
	[62, 16711680, 139264, 1000000],
];

/** VP9 and AV1 share the shape of their level tables; luma samples a second and a frame at each level. */
const LUMA_LEVELS: readonly { vp9: string; av1: string; perSecond: number; perFrame: number }[] = [
	{ vp9: '31', av1: '05', perSecond: 36864000, perFrame: 983040 },
	{ vp9: '40', av1: '08', perSecond: 83558400, perFrame: 2228224 },
	{ vp9: '41', av1: '09', perSecond: 160432128, perFrame: 2228224 },
	{ vp9: '50', av1: '12', perSecond: 311951360, perFrame: 8912896 },
	{ vp9: '51', av1: '13', perSecond: 588251136, perFrame: 8912896 },
	{ vp9: '52', av1: '14', perSecond: 1176502272, perFrame: 8912896 },
	{ vp9: '60', av1: '16', perSecond: 1176502272, perFrame: 35651584 },
	{ vp9: '62', av1: '18', perSecond: 4706009088, perFrame: 35651584 },
];

/** ITU-T H.265 table A.8 at Main tier: level_idc, luma samples a second and a frame. */
const HEVC_LEVELS: readonly (readonly [number, number, number])[] = [
	[93, 33177600, 983040],
	[120, 66846720, 2228224],
	[123, 133693440, 2228224],
	[150, 267386880, 8912896],
	[153, 534773760, 8912896],
	[156, 1069547520, 8912896],
	[180, 1069547520, 35651584],
	[186, 4278190080, 35651584],
];

/** Codec strings to try, the best first. */
export function codecStrings(
	codec: Codec,
	width: number,
	height: number,
	fps: number,
	bitrate: number,
): readonly string[] {
	if (codec === 'avc') {
		const perFrame = Math.ceil(width / 16) * Math.ceil(height / 16);
		const found = AVC_LEVELS.find(
			([, second, frame, kbps]) => perFrame * fps <= second && perFrame <= frame && bitrate <= kbps * 1000,
		);
		const level = (found?.[0] ?? 62).toString(16).padStart(2, '0');
		return [`avc1.6400${level}`, `avc1.4d00${level}`, `avc1.4200${level}`];
	}
	const samples = width * height;
	if (codec === 'hevc') {
		const fits = HEVC_LEVELS.find(([, second, frame]) => samples * fps <= second && samples <= frame);
		return [`hvc1.1.6.L${fits?.[0] ?? 186}.B0`];
	}
	const level = LUMA_LEVELS.find((entry) => samples * fps <= entry.perSecond && samples <= entry.perFrame);
	if (codec === 'vp9') return [`vp09.00.${level?.vp9 ?? '62'}.08`];
	return [`av01.0.${level?.av1 ?? '18'}M.08`];
}

/** Frames per second of the output: as asked, or the average of the frames that are kept. */
export const outputRate = (task: ExportTask, video: EncodedVideo): number =>
	video.rate === 'source' ? video.frames / task.durationS : toNumber(video.rate);

/**
 * Quantizers of VP9 and AV1 (0..63) that look about as good as x264 at a crf, by SSIM of the browsers' software encoders on camera footage.
 * Between the points the scale is even.
 */
const QUANTIZER_POINTS: readonly (readonly [crf: number, quantizer: number])[] = [
	[0, 0],
	[18, 36],
	[20, 42],
	[23, 50],
	[28, 56],
	[51, 63],
];

/** The x264 quality scale (0 best … 51 worst) on the scale of the codec's own quantizer. */
export function quantizerOf(codec: Codec, crf: number): number {
	if (codec === 'avc' || codec === 'hevc') return Math.round(crf);
	const next = Math.max(
		1,
		QUANTIZER_POINTS.findIndex(([point]) => crf <= point),
	);
	const [low, high] = [QUANTIZER_POINTS[next - 1] ?? [0, 0], QUANTIZER_POINTS[next] ?? [51, 63]];
	return Math.round(low[1] + ((crf - low[0]) / (high[0] - low[0])) * (high[1] - low[1]));
}

/**
 * Configurations to try for `task`, in order. Constant quality is first asked for as such; browsers without it (Chromium with H.264 in
 * software) get the bitrate that this quality tends to need.
 */
function encodingsOf(task: ExportTask): readonly PictureEncoding[] {
	const video = encodedVideo(task);
	if (video === undefined) return [];
	const { codec, size, quality } = video;
	const fps = outputRate(task, video);
	const bitrate = videoBitrate(task);
	const common: Omit<VideoEncoderConfig, 'codec'> = {
		width: size.width,
		height: size.height,
		framerate: Math.max(1, Math.round(fps * 1000) / 1000),
		latencyMode: 'quality',
		hardwareAcceleration: 'no-preference',
		...(codec === 'avc' ? { avc: { format: 'avc' } } : {}),
	};
	return codecStrings(codec, size.width, size.height, fps, bitrate).flatMap((name) => {
		const byBitrate: PictureEncoding = {
			codec,
			config: { ...common, codec: name, bitrate, bitrateMode: 'variable' },
			perFrame: {},
		};
		if (!('crf' in quality)) return [byBitrate];
		const quantizer = quantizerOf(codec, quality.crf);
		const byQuality: PictureEncoding = {
			codec,
			config: { ...common, codec: name, bitrateMode: 'quantizer' },
			perFrame: { [codec]: { quantizer } },
		};
		return [byQuality, byBitrate];
	});
}

/** The first configuration the browser can encode, or undefined. */
export async function pickEncoding(task: ExportTask): Promise<PictureEncoding | undefined> {
	for (const encoding of encodingsOf(task)) {
		if (await isSupported(encoding.config)) return encoding;
	}
	return undefined;
}

async function isSupported(config: VideoEncoderConfig): Promise<boolean> {
	try {
		return (await VideoEncoder.isConfigSupported(config)).supported === true;
	} catch (thrown) {
		// Some browsers throw where others answer "not supported": either way this configuration is not usable.
		return thrown instanceof Error ? false : Promise.reject(new Error(String(thrown)));
	}
}
