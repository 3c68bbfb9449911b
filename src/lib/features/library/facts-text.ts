import { codecName } from '#core/media/codec-name';
import type { MediaFacts } from '#core/media/media-facts';
import { formatShortTime } from '#core/time/timecode';
import { text } from './text.ts';

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
