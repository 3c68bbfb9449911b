import type { Size } from '../crop/crop.ts';

/** Ways of encoding on something else than the processor, and the processor itself. */
export const ENCODER_FAMILIES = ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'software'] as const;
export type EncoderFamily = (typeof ENCODER_FAMILIES)[number];
export type HardwareFamily = Exclude<EncoderFamily, 'software'>;

/** Codecs that hardware encodes, by their short names. */
export const HARDWARE_CODECS = ['avc', 'hevc', 'av1'] as const;
export type HardwareCodec = (typeof HARDWARE_CODECS)[number];

type FfmpegCodec = 'h264' | 'hevc' | 'av1';
export type HardwareEncoder = `${FfmpegCodec}_${HardwareFamily}`;

const FFMPEG_CODEC = { avc: 'h264', hevc: 'hevc', av1: 'av1' } as const satisfies Record<HardwareCodec, FfmpegCodec>;

export const hardwareEncoder = (codec: HardwareCodec, family: HardwareFamily): HardwareEncoder =>
	`${FFMPEG_CODEC[codec]}_${family}`;

const NAME = /^(h264|hevc|av1)_(nvenc|qsv|vaapi|amf|videotoolbox)$/;

/** The parts of a hardware encoder's name; undefined for encoders of the processor. */
export function hardwareOf(encoder: string): { codec: FfmpegCodec; family: HardwareFamily } | undefined {
	const [, codec, family] = NAME.exec(encoder) ?? [];
	return codec === undefined ? undefined : { codec: codec as FfmpegCodec, family: family as HardwareFamily };
}

/** What people call a family. */
export const FAMILY_NAMES: Readonly<Record<EncoderFamily, string>> = {
	nvenc: 'NVENC',
	qsv: 'Quick Sync',
	vaapi: 'VA-API',
	amf: 'AMF',
	videotoolbox: 'VideoToolbox',
	software: 'software',
};

/** Smaller pictures are refused by one driver or another. */
const SMALLEST: Size = { width: 160, height: 128 };
/** Quick Sync keeps no bitrate below this many bits per second. */
const LEAST_QSV_BITRATE = 1_000_000;

/** Whether an encoder of `family` can be asked for such a picture at all. */
export function takesPicture(
	family: HardwareFamily,
	{ size, bitrate }: { readonly size: Size; readonly bitrate: number | undefined },
): boolean {
	if (size.width < SMALLEST.width || size.height < SMALLEST.height) return false;
	return family !== 'qsv' || bitrate === undefined || bitrate >= LEAST_QSV_BITRATE;
}

/** Arguments before all inputs that open the device. `node` is a render node such as /dev/dri/renderD128, where the family has one. */
export function deviceArgs(family: HardwareFamily, node: string | undefined): string[] {
	const vaapi = ['-init_hw_device', node === undefined ? 'vaapi=va' : `vaapi=va:${node}`];
	switch (family) {
		case 'vaapi':
			return [...vaapi, '-filter_hw_device', 'va'];
		case 'qsv':
			// Through VA-API the device is the one that was named, whatever comes first on this machine.
			return node === undefined
				? ['-init_hw_device', 'qsv=hw', '-filter_hw_device', 'hw']
				: [...vaapi, '-init_hw_device', 'qsv=hw@va', '-filter_hw_device', 'hw'];
		default:
			return [];
	}
}

/** Filters after all others that bring pictures to the encoder. Empty: it takes them from memory itself. */
export function uploadFilters(family: HardwareFamily): string[] {
	switch (family) {
		case 'vaapi':
			return ['format=nv12', 'hwupload'];
		case 'qsv':
			return ['format=nv12', 'hwupload=extra_hw_frames=64', 'format=qsv'];
		default:
			return ['format=nv12'];
	}
}

/** How fast and how good: the encoder's own words. */
export function hardwareQuality(
	encoder: HardwareEncoder,
	quality: { readonly crf: number } | { readonly bitrate: number },
): string[] {
	const { codec, family } = hardwareOf(encoder) ?? { codec: 'h264', family: 'nvenc' };
	const profile = codec === 'h264' ? ['-profile:v', 'high'] : [];
	const tag = codec === 'hevc' ? ['-tag:v', 'hvc1'] : [];
	return [...ratesOf(codec, family, quality), ...profile, ...tag];
}

function ratesOf(
	codec: FfmpegCodec,
	family: HardwareFamily,
	quality: { readonly crf: number } | { readonly bitrate: number },
): string[] {
	if ('bitrate' in quality) return bitrateArgs(family, quality.bitrate);
	// AV1 counts to 255 (VA-API, Quick Sync, AMF) or 63 (NVENC) where the others count to 51.
	const scale = codec !== 'av1' ? 51 : family === 'nvenc' ? 63 : 255;
	const level = `${Math.round((quality.crf * scale) / 51)}`;
	switch (family) {
		case 'nvenc':
			return [...NVENC, '-rc', 'vbr', '-cq', level, '-b:v', '0'];
		case 'vaapi':
			return ['-rc_mode', 'CQP', '-qp', level];
		case 'qsv':
			return ['-preset', 'medium', '-global_quality', level, '-look_ahead', '0'];
		case 'amf':
			return ['-quality', 'balanced', '-rc', 'cqp', '-qp_i', level, '-qp_p', level];
		case 'videotoolbox':
			// From 1, the worst, to 100.
			return ['-q:v', `${Math.max(1, Math.round(100 - 2 * quality.crf))}`, '-allow_sw', '0', '-prio_speed', '1'];
	}
}

const NVENC = ['-preset', 'p4', '-tune', 'hq', '-spatial-aq', '1'];

function bitrateArgs(family: HardwareFamily, bitrate: number): string[] {
	const rate = ['-b:v', `${bitrate}`];
	const peak = [...rate, '-maxrate', `${Math.round(bitrate * 1.5)}`, '-bufsize', `${bitrate * 2}`];
	switch (family) {
		case 'nvenc':
			return [...NVENC, '-rc', 'vbr', ...peak];
		case 'vaapi':
			return ['-rc_mode', 'VBR', ...peak];
		case 'qsv':
			// One more than the rate itself asks for a variable one.
			return ['-preset', 'medium', ...rate, '-maxrate', `${bitrate + 1}`, '-bufsize', `${bitrate * 2}`];
		case 'amf':
			return ['-quality', 'balanced', '-rc', 'vbr_peak', ...peak];
		case 'videotoolbox':
			// A largest rate can make it wait for ever.
			return [...rate, '-allow_sw', '0', '-prio_speed', '1'];
	}
}
