/** By the ids of mediabunny and ffmpeg, the first parts of codec strings (RFC 6381), and ffmpeg's encoders. */
const NAMES: Readonly<Record<string, string>> = {
	avc: 'H.264',
	avc1: 'H.264',
	avc3: 'H.264',
	h264: 'H.264',
	libx264: 'H.264',
	hevc: 'H.265',
	hvc1: 'H.265',
	hev1: 'H.265',
	h265: 'H.265',
	libx265: 'H.265',
	vp8: 'VP8',
	vp9: 'VP9',
	vp09: 'VP9',
	'libvpx-vp9': 'VP9',
	av1: 'AV1',
	av01: 'AV1',
	libsvtav1: 'AV1',
	mpeg4: 'MPEG-4',
	mpeg2video: 'MPEG-2',
	mpeg1video: 'MPEG-1',
	prores: 'ProRes',
	mjpeg: 'MJPEG',
	aac: 'AAC',
	mp4a: 'AAC',
	mp3: 'MP3',
	opus: 'Opus',
	vorbis: 'Vorbis',
	flac: 'FLAC',
	ac3: 'AC-3',
	eac3: 'E-AC-3',
	webp: 'WebP',
};

/** The name that people know a codec by: "avc" and "avc1.64001e" → "H.264"; capitals where there is none. */
export function codecName(codec: string): string {
	const [family = codec] = codec.split('.');
	return NAMES[family] ?? (codec.startsWith('pcm') ? 'PCM' : codec.toUpperCase());
}
