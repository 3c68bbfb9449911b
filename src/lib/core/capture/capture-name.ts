import type { CaptureFormat } from './capture-format.ts';

export interface NamedFilm {
	/** Of the film, or of the series. */
	readonly title: string;
	/** "S05E14 — Ozymandias" of an episode. */
	readonly subtitle?: string | undefined;
	readonly year?: number | undefined;
}

/** For people: "Show S05E14 at 0:59:58", "Film (1995) at 1:02:03". `nameOnDisk` makes a file name of it. */
export function captureName({ title, subtitle, year }: NamedFilm, atS: number): string {
	const episode = /^S\d+E\d+/u.exec(subtitle ?? '')?.[0];
	const film = year === undefined || episode !== undefined ? title : `${title} (${year})`;
	const whole = Math.floor(atS + 1e-6);
	const two = (value: number): string => String(value).padStart(2, '0');
	const clock = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
	const told = [...(episode === undefined ? [] : [episode]), `at ${clock}`].join(' ');
	// The title gives way where it is too long: what tells captures apart stays.
	const name = shortened(film.normalize('NFC').replace(UNSEEN, ' ').replace(/\s+/gu, ' '), 120);
	return `${nameOnDisk(name) === '' ? 'Capture' : name} ${told}`;
}

/** What nobody sees, or what turns around what stands beside it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu;
/** What no file system, or not every one, takes in a name. */
const UNFIT = /[/\\:*?"<>|]+/gu;

/** 0:59:58 → 0.59.58. */
export const clocksOnDisk = (text: string): string => text.replace(/(?<=\d):(?=\d\d)/gu, '.');

/** As a file may be called: titles keep their apostrophes and ampersands. Empty where nothing is left. */
export const nameOnDisk = (text: string): string =>
	shortened(
		clocksOnDisk(text.normalize('NFC'))
			.replace(UNSEEN, ' ')
			.replace(UNFIT, ' ')
			.replace(/\s+/gu, ' ')
			.replace(/^[\s._-]+/u, ''),
		180,
	).replace(/[\s.]+$/u, '');

export const captureEnding = (format: CaptureFormat): string => (format === 'jpeg' ? 'jpg' : format);

/** What a capture is called as a file. */
export const captureFileName = ({ name, format }: { readonly name: string; readonly format: CaptureFormat }): string =>
	`${nameOnDisk(name) || 'Capture'}.${captureEnding(format)}`;

function shortened(text: string, mostBytes: number): string {
	let bytes = 0;
	const kept = [...text.trim()].filter((letter) => {
		const code = letter.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
		return bytes <= mostBytes;
	});
	return kept.join('').trim();
}
