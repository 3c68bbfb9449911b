import type { MediaFacts } from '#core/media-facts';
import { formatShortTime } from '#core/timecode';
import { text } from './text.ts';

/** Names that people know codecs by. */
const CODECS: Readonly<Record<string, string>> = {
	avc: 'H.264',
	h264: 'H.264',
	hevc: 'H.265',
	h265: 'H.265',
	vp8: 'VP8',
	vp9: 'VP9',
	av1: 'AV1',
	mpeg4: 'MPEG-4',
	mpeg2video: 'MPEG-2',
	mpeg1video: 'MPEG-1',
	prores: 'ProRes',
	mjpeg: 'MJPEG',
	aac: 'AAC',
	mp3: 'MP3',
	opus: 'Opus',
	vorbis: 'Vorbis',
	flac: 'FLAC',
	ac3: 'AC-3',
	eac3: 'E-AC-3',
};

export const codecName = (codec: string): string =>
	CODECS[codec] ?? (codec.startsWith('pcm') ? 'PCM' : codec.toUpperCase());

/** "29.97 fps", "30 fps"; a variable rate is an average: "≈ 24.6 fps". */
export function rateText({ fps, variableRate }: { fps: { num: number; den: number }; variableRate: boolean }): string {
	const value = fps.num / fps.den;
	const digits = variableRate ? 1 : 3;
	return `${variableRate ? '≈ ' : ''}${Number(value.toFixed(digits))} fps`;
}

export const lengthText = (facts: MediaFacts): string => formatShortTime(facts.durationS);

/** Picture: "1920 × 1080 · 30 fps". */
export const pictureText = ({ video }: MediaFacts): string =>
	video === undefined ? text.noPicture : `${video.width} × ${video.height} · ${rateText(video)}`;

/** Codecs: "H.264 · AAC". */
export function codecsText({ video, audio }: MediaFacts): string {
	const names = [video?.codec, ...audio.map((track) => track.codec)].filter((codec) => codec !== undefined);
	const sound = audio.length === 0 ? [text.noSound] : [];
	return [...new Set(names.map(codecName)), ...sound].join(' · ');
}
