import { reduce, toNumber, type Rational } from '../time/rational.ts';
import { present } from '../result.ts';
import { clipEntry, turned, type OspFileEntry } from './osp-clip.ts';
import type { OspMedia, OspProject } from './osp-shapes.ts';

/**
 * An OpenShot project (`.osp`, JSON) of the clips in order on one layer, that OpenShot 2.6 and 3.x open. Crops become editable
 * location and scale keyframes on a canvas of the crop's shape. Files are named without a folder: keep the project beside them. Clips start on
 * whole frames of the project, so that none is lost to rounding.
 */
export function writeOsp(project: OspProject): string {
	const { width, height, fps } = project;
	const files = new Map(
		project.media.map((media, i) => [media.key, { media, entry: fileEntry(media, `FILE${number(i)}`) }]),
	);
	let frames = 0;
	const clips = project.clips.map((clip, i) => {
		const { media, entry } = present(files.get(clip.media), `the file of clip ${i + 1}`);
		const positionS = (frames * fps.den) / fps.num;
		frames += Math.max(1, Math.round((clip.outS - clip.inS) * toNumber(fps)));
		return clipEntry({ clip, media, file: entry, project, positionS, id: `CLIP${number(i)}` });
	});
	const document = {
		id: project.id,
		fps: { num: fps.num, den: fps.den },
		display_ratio: reduce({ num: width, den: height }),
		pixel_ratio: { num: 1, den: 1 },
		width,
		height,
		sample_rate: 48000,
		channels: 2,
		channel_layout: 3,
		settings: {},
		clips,
		effects: [],
		files: [...files.values()].map(({ entry }) => entry),
		duration: Math.max(300, Math.ceil((frames * fps.den) / fps.num)),
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

const number = (i: number): string => String(i + 1).padStart(6, '0');

function fileEntry(media: OspMedia, id: string): OspFileEntry {
	const { fps, hasVideo, hasAudio } = media;
	// As the picture is coded: the clip turns it.
	const { width, height } = turned(media, media.rotation);
	return {
		id,
		path: media.name,
		media_type: hasVideo ? 'video' : 'audio',
		has_video: hasVideo,
		has_audio: hasAudio,
		has_single_image: false,
		duration: media.durationS,
		file_size: String(media.bytes),
		width,
		height,
		pixel_format: 0,
		fps: { num: fps.num, den: fps.den },
		video_bit_rate: 0,
		pixel_ratio: { num: 1, den: 1 },
		display_ratio: reduce({ num: width, den: height }),
		vcodec: media.videoCodec,
		video_length: String(Math.round(media.durationS * toNumber(fps))),
		video_stream_index: hasVideo ? 0 : -1,
		video_timebase: { num: fps.den, den: fps.num },
		interlaced_frame: false,
		top_field_first: true,
		acodec: media.audioCodec,
		audio_bit_rate: 0,
		sample_rate: media.sampleRateHz,
		channels: media.channels,
		channel_layout: media.channels === 1 ? 4 : 3,
		audio_stream_index: hasAudio ? (hasVideo ? 1 : 0) : -1,
		audio_timebase: { num: 1, den: Math.max(1, media.sampleRateHz) },
		metadata: {},
		type: 'FFmpegReader',
	};
}

const PROFILE_FAMILIES: Readonly<Record<string, string>> = {
	'1920x1080': 'FHD',
	'1080x1920': 'FHD Vertical',
	'1080x1080': 'HD Square',
};

/** A profile by the name that OpenShot gives it; where it has none, its fallback: size and rate are written beside it and win. */
function profileOf(width: number, height: number, fps: Rational): string {
	const rate = Math.round(toNumber(fps) * 100) / 100;
	const family = PROFILE_FAMILIES[`${width}x${height}`];
	return family === undefined ? `HD 720p ${rate} fps` : `${family} 1080p ${rate} fps`;
}
