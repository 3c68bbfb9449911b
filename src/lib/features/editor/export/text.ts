import type { CutMode, Mp4Codec } from '#core/export/export-settings';

/** The sentences of the export panel's own choices. */
export const text = {
	cut: 'Cut',
	cutModes: { precise: 'Precise', smart: 'Smart', copy: 'Copy' } satisfies Record<CutMode, string>,
	cutHints: {
		precise: 'Exact. Every frame is encoded anew, with crop, size and rate of your choice.',
		smart: 'Exact and fast. Only frames at the cuts are encoded. Crop, size and rate do not apply.',
		copy: 'Fastest, nothing is encoded. Starts at a key frame, so often a little early. Crop, size and rate do not apply.',
	} satisfies Record<CutMode, string>,
	join: 'Join the segments into one file',
	formats: { mp4: 'MP4', webm: 'WebM', frames: 'Pictures', gif: 'GIF', sound: 'Sound' },
	formatHints: {
		mp4: 'Plays everywhere, with H.264 and AAC',
		webm: 'VP9 or AV1 and Opus: smaller, for the web',
		frames: 'A folder with a picture a frame, and the sound as WAV beside it',
		gif: 'An animated picture without sound',
		sound: 'Sound alone',
	},
	mp4Codecs: { avc: 'H.264', hevc: 'H.265', av1: 'AV1' } satisfies Record<Mp4Codec, string>,
	mp4CodecHints: {
		avc: 'Plays everywhere',
		hevc: 'About a third smaller; older browsers and devices do not play it',
		av1: 'Smallest, slow to make; devices from about 2020 on play it',
	} satisfies Record<Mp4Codec, string>,
	hdr: 'Range',
	hdrOptions: { sdr: 'Standard', keep: 'HDR' },
	hdrHints: {
		sdr: 'Bright light is brought to what every screen shows',
		keep: 'Ten bits, for screens that show it',
	},
	soundFormats: { m4a: 'M4A', mp3: 'MP3', wav: 'WAV' },
	soundFormat: 'Kind of sound',
	pictureFormats: { webp: 'WebP', png: 'PNG', jpeg: 'JPEG' },
	pictureFormat: 'Kind of picture',
	pictureQuality: 'Picture quality',
	qualitySizeHint: 'Each file is at most this large',
	sizeUnit: 'MB',
} as const;
