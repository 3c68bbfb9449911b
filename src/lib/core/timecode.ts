/**
 * "h:mm:ss.mmm" of a time in seconds: 341.0333 → "0:05:41.033". Milliseconds are cut, not rounded, so that a time never reads
 * as later than it is; a microsecond of float noise is forgiven. Negative times keep their sign.
 */
export function formatTimecode(timeS: number): string {
	const ms = Math.floor(Math.abs(timeS) * 1000 + 1e-3);
	const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
	const clock = `${Math.floor(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
	return `${timeS < 0 && ms > 0 ? '-' : ''}${clock}.${String(ms % 1000).padStart(3, '0')}`;
}

/** As short as the time allows, without milliseconds unless `fine`: "5:41", "1:05:41", "5:41.033". For rulers and lists. */
export function formatShortTime(timeS: number, fine = false): string {
	const full = formatTimecode(timeS);
	const clipped = full.replace(/^(-?)0:0?/u, '$1');
	return fine ? clipped : clipped.replace(/\.\d+$/u, '');
}

const CLOCK = /^(-)?(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?|[.,]\d+)$/u;

/**
 * Seconds from what a person types: absolute seconds ("12", "12.5"), "m:ss.mmm" or "h:mm:ss.mmm"; a comma is a decimal point.
 * Undefined when it is none of them.
 */
export function parseTimecode(text: string): number | undefined {
	const match = CLOCK.exec(text.trim());
	if (match === null) return undefined;
	const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
	const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
	if (!Number.isFinite(total)) return undefined;
	return sign === undefined || total === 0 ? total : -total;
}
