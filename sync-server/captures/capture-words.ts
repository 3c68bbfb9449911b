import type { Capture } from '#contract/captures';
import { formatTimecode } from '#core/time/timecode';
import { foreignText } from '../text/foreign-text.ts';

export interface CaptureWords {
	readonly name: string;
	/** Title and subtitle, as far as the name does not say them; may be empty. */
	readonly about: string;
	/** "Clip, 30 s", "at 0:41:12". */
	readonly facts: readonly string[];
}

/** What people elsewhere read of a capture. Who watched, and on which server, is nobody's business out there. */
export function captureWords(capture: Capture): CaptureWords {
	const name = foreignText(capture.name, 200) || 'Capture';
	const title = foreignText(capture.title, 200);
	const year = capture.year === undefined || title === '' ? '' : ` (${capture.year})`;
	const subtitle = foreignText(capture.subtitle ?? '', 200);
	const about = [name.includes(title) && year === '' ? '' : title + year, name.includes(subtitle) ? '' : subtitle];
	const what = capture.type === 'screenshot' ? 'Screenshot' : 'Clip';
	const length = capture.type === 'clip' && capture.durationS !== undefined ? `, ${secondsOf(capture.durationS)}` : '';
	const facts = [
		`${what}${length}`,
		`at ${formatTimecode(Math.floor(capture.startS), { decimals: 0 })}`,
		`taken ${day.format(Date.parse(capture.createdAt))}`,
		sizeOf(capture.bytes),
	];
	return { name, about: about.filter((part) => part !== '').join(' · '), facts };
}

const secondsOf = (seconds: number): string =>
	seconds < 60 ? `${Math.round(seconds)} s` : formatTimecode(Math.round(seconds), { decimals: 0 });

const sizeOf = (bytes: number): string =>
	bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
