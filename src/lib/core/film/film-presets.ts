import { DEFAULT_FILM, type FilmSettings } from './film.ts';

/** Ready choices for a film, by what it is for. */
export const FILM_PRESETS = ['web-hd', 'web-4k', 'vertical', 'small', 'fit', 'gif', 'm4a', 'mp3', 'wav'] as const;
export type FilmPreset = (typeof FILM_PRESETS)[number];

/** What a preset decides; the name and the choice of sound stay as they are. */
type Decided = Omit<FilmSettings, 'name' | 'sound'>;

const base: Decided = {
	format: 'mp4',
	webmCodec: DEFAULT_FILM.webmCodec,
	mp4Codec: 'avc',
	size: null,
	rate: null,
	fit: 'letterbox',
	quality: DEFAULT_FILM.quality,
	audioBitrate: DEFAULT_FILM.audioBitrate,
};

/** Bytes of a film that is to fit, until the person says another number: what messengers take. */
const FIT_BYTES = 25_000_000;

/**
 * Sizes are those that video sites name (1080p, 2160p, vertical 1080×1920). GIF plays every 8 hundredths of a second, which all
 * viewers keep to; they slow down what is under two.
 */
export const PRESET_SETTINGS: Readonly<Record<FilmPreset, Decided>> = {
	'web-hd': { ...base, size: { width: 1920, height: 1080 } },
	'web-4k': { ...base, size: { width: 3840, height: 2160 } },
	vertical: { ...base, size: { width: 1080, height: 1920 }, fit: 'fill' },
	small: { ...base, size: { width: 1280, height: 720 }, quality: { crf: 28 }, audioBitrate: 96_000 },
	fit: { ...base, quality: { maxBytes: FIT_BYTES }, audioBitrate: 96_000 },
	gif: { ...base, format: 'gif', rate: { num: 25, den: 2 } },
	m4a: { ...base, format: 'm4a' },
	mp3: { ...base, format: 'mp3', audioBitrate: 192_000 },
	wav: { ...base, format: 'wav' },
};

/** The preset that `settings` are, or undefined when something was changed; how many bytes fit may differ. */
export const presetOf = (settings: FilmSettings): FilmPreset | undefined =>
	FILM_PRESETS.find((name) => {
		const decided = PRESET_SETTINGS[name];
		const sameQuality = name === 'fit' ? 'maxBytes' in settings.quality : same(decided.quality, settings.quality);
		return (
			sameQuality &&
			decided.format === settings.format &&
			(settings.format !== 'mp4' || decided.mp4Codec === (settings.mp4Codec ?? 'avc')) &&
			decided.fit === settings.fit &&
			decided.audioBitrate === settings.audioBitrate &&
			same(decided.size, settings.size) &&
			same(decided.rate, settings.rate)
		);
	});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
