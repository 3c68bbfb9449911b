import { safeFileName } from '../export/name-template.ts';

export interface NamedFilm {
	/** Of the film, or of the series. */
	readonly title: string;
	/** "S05E14 — Ozymandias" of an episode. */
	readonly subtitle?: string | undefined;
	readonly year?: number | undefined;
}

/** "Show - S05E14 - 0.59.58", "Film (1995) - 1.02.03": safe as a file name, without extension. */
export function captureName({ title, subtitle, year }: NamedFilm, atS: number): string {
	const episode = /^S\d+E\d+/u.exec(subtitle ?? '')?.[0];
	const film = year === undefined || episode !== undefined ? title : `${title} (${year})`;
	const whole = Math.floor(atS + 1e-6);
	const two = (value: number): string => String(value).padStart(2, '0');
	const clock = `${Math.floor(whole / 3600)}.${two(Math.floor(whole / 60) % 60)}.${two(whole % 60)}`;
	const told = [...(episode === undefined ? [] : [episode]), clock].join(' - ');
	// The title gives way where it is too long: what tells captures apart stays.
	return safeFileName(`${shortened(film, 90)} - ${told}`, `capture - ${clock}`);
}

function shortened(text: string, most: number): string {
	const letters = [...text.trim()];
	return letters.length <= most ? text.trim() : letters.slice(0, most).join('').trim();
}
