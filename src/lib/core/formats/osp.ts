import type { Rational } from '../rational.ts';
import { toNumber } from '../rational.ts';
import type { OspClip, OspMedia, OspProject } from './osp-shapes.ts';

/** Interpolation of libopenshot points. */
const LINEAR = 1;
const CONSTANT = 2;

interface Point {
	readonly co: { readonly X: number; readonly Y: number };
	readonly interpolation: number;
}
type Curve = { readonly Points: readonly Point[] };

const flat = (value: number): Curve => ({ Points: [{ co: { X: 1, Y: value }, interpolation: LINEAR }] });

/** Every property of a clip that OpenShot's menus read without asking whether it is there. */
const CLIP_DEFAULTS: Readonly<Record<string, number>> = {
	alpha: 1,
	volume: 1,
	rotation: 0,
	time: 1,
	shear_x: 0,
	shear_y: 0,
	origin_x: 0.5,
	origin_y: 0.5,
	channel_filter: -1,
	channel_mapping: -1,
	has_audio: -1,
	has_video: -1,
	...Object.fromEntries(
		[1, 2, 3, 4].flatMap((n) => [`perspective_c${n}_x`, `perspective_c${n}_y`].map((key) => [key, -1])),
	),
};

/**
 * An OpenShot project (`.osp`, JSON) of the clips in order on one layer, that OpenShot 2.6 and 3.x open. Crops become editable
 * location and scale keyframes on a canvas of the crop's ratio. Files are named without a folder: keep the project beside them.
 */
export function writeOsp(project: OspProject): string {
	const files = project.media.map((media, i) => fileEntry(media, `FILE${String(i + 1).padStart(4, '0')}`));
	const idOf = new Map(project.media.map((media, i) => [media.name, files[i]]));
	let position = 0;
	const clips = project.clips.map((clip, i) => {
		const file = idOf.get(clip.media);
		const media = project.media.find(({ name }) => name === clip.media);
		if (file === undefined || media === undefined)
			throw new TypeError(`the clip's file “${clip.media}” is not in the project`);
		const entry = clipEntry(clip, media, file, project, position, `CLIP${String(i + 1).padStart(4, '0')}`);
		position += clip.outS - clip.inS;
		return entry;
	});
	const { width, height, fps } = project;
	const document = {
		id: project.id,
		fps: { num: fps.num, den: fps.den },
		display_ratio: ratioOf(width, height),
		pixel_ratio: { num: 1, den: 1 },
		width,
		height,
		sample_rate: 48000,
		channels: 2,
		channel_layout: 3,
		settings: {},
		clips,
		effects: [],
		files,
		duration: Math.max(position, 1),
		scale: 15,
		tick_pixels: 100,
		playhead_position: 0,
		profile: profileOf(width, height, fps),
		export_settings: null,
		layers: [1, 2, 3, 4, 5].map((n) => ({ id: `L${n}`, label: '', number: n * 1_000_000, y: 0, lock: false })),
		markers: [],
		progress: [],
		history: { undo: [], redo: [] },
		version: { 'openshot-qt': '3.2.1', libopenshot: '0.3.3' },
	};
	return `${JSON.stringify(document, null, 1)}\n`;
}

function fileEntry(media: OspMedia, id: string) {
	const { width, height, fps } = media;
	return {
		id,
		path: media.name,
		media_type: media.hasVideo ? 'video' : 'audio',
		has_video: media.hasVideo,
		has_audio: media.hasAudio,
		has_single_image: false,
		duration: media.durationS,
		file_size: String(media.bytes),
		width,
		height,
		pixel_format: 0,
		fps: { num: fps.num, den: fps.den },
		video_bit_rate: 0,
		pixel_ratio: { num: 1, den: 1 },
		display_ratio: ratioOf(width, height),
		vcodec: media.videoCodec,
		video_length: String(Math.round(media.durationS * toNumber(fps))),
		video_stream_index: media.hasVideo ? 0 : -1,
		video_timebase: { num: fps.den, den: fps.num },
		interlaced_frame: false,
		top_field_first: true,
		acodec: media.audioCodec,
		audio_bit_rate: 0,
		sample_rate: media.sampleRateHz,
		channels: media.channels,
		channel_layout: media.channels === 1 ? 4 : 3,
		audio_stream_index: media.hasAudio ? (media.hasVideo ? 1 : 0) : -1,
		audio_timebase: { num: 1, den: Math.max(1, media.sampleRateHz) },
		metadata: {},
		type: 'FFmpegReader',
	};
}

function clipEntry(
	clip: OspClip,
	media: OspMedia,
	file: ReturnType<typeof fileEntry>,
	project: OspProject,
	position: number,
	id: string,
) {
	const curves = Object.fromEntries(Object.entries(CLIP_DEFAULTS).map(([key, value]) => [key, flat(value)]));
	return {
		id,
		file_id: file.id,
		title: clip.name || media.name,
		position,
		start: clip.inS - media.firstTimestampS,
		end: clip.outS - media.firstTimestampS,
		duration: media.durationS,
		layer: 5_000_000,
		reader: file,
		gravity: 4,
		scale: 0,
		anchor: 0,
		display: 0,
		mixing: 0,
		waveform: false,
		effects: [],
		...curves,
		...cropCurves(clip, media, project),
		wave_color: { red: flat(0), green: flat(123), blue: flat(255), alpha: flat(255) },
	};
}

/**
 * Keyframes count frames of the project from the start of the SOURCE, from 1. With scale mode CROP the picture covers the canvas; location
 * moves it in units of the canvas (libopenshot `Clip::get_transform`).
 */
function cropCurves(
	clip: OspClip,
	media: OspMedia,
	{ width, height, fps, interpolation }: OspProject,
): Record<string, Curve> {
	const source = media.width / media.height;
	const canvas = width / height;
	const [over, under] = [Math.max(1, source / canvas), Math.max(1, canvas / source)];
	const frame = (atS: number): number => Math.round((atS - media.firstTimestampS) * toNumber(fps)) + 1;
	const curve = (value: (point: OspClip['crop'][number]) => number): Curve => ({
		Points: clip.crop.map((point) => ({
			co: { X: frame(point.atS), Y: value(point) },
			interpolation: interpolation === 'smooth' ? LINEAR : CONSTANT,
		})),
	});
	return {
		location_x: curve(({ x, zoom }) => (0.5 - x) * over * zoom),
		location_y: curve(({ y, zoom }) => (0.5 - y) * under * zoom),
		scale_x: curve(({ zoom }) => zoom),
		scale_y: curve(({ zoom }) => zoom),
	};
}

function ratioOf(width: number, height: number): Rational {
	const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
	const divisor = gcd(width, height);
	return { num: width / divisor, den: height / divisor };
}

/** A profile that OpenShot ships, or its fallback: width, height and rate are written beside it and win. */
function profileOf(width: number, height: number, fps: Rational): string {
	const rate = Math.round(toNumber(fps) * 100) / 100;
	if (width === 1920 && height === 1080) return `FHD 1080p ${rate} fps`;
	if (width === 1080 && height === 1920) return `FHD Vertical 1080p ${rate} fps`;
	return `HD 720p ${rate} fps`;
}
