/**
 * `seconds` as h:mm:ss.mmm, rounded to `decimals` digits after the point (0..6, default 3): "0:01:02.500", "-0:00:01.000".
 * Rounding carries: 59.9996 is "0:01:00.000".
 */
export function formatTimecode(seconds: number, { decimals = 3 }: { readonly decimals?: number } = {}): string {
	if (!Number.isFinite(seconds)) return '-:--:--';
	const scale = 10 ** decimals;
	const units = Math.round(Math.abs(seconds) * scale);
	const whole = Math.floor(units / scale);
	const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
	const fraction = decimals === 0 ? '' : `.${digits(units % scale, decimals)}`;
	return `${seconds < 0 && units > 0 ? '-' : ''}${h}:${digits(m, 2)}:${digits(s, 2)}${fraction}`;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** Seconds, m:ss or h:mm:ss, each with an optional fraction; only the first number may exceed 59. */
const TIMECODE = /^([-−+])?(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?|[.,]\d+)$/;

/**
 * The seconds that a person typed: "12", "12,5", "1:02.5", "1:02:03.250", with spaces wherever they fall. Null when it is no
 * time.
 */
export function parseTimecode(text: string): number | null {
	const match = TIMECODE.exec(text.replaceAll(/\s*([:.,])\s*/g, '$1').trim());
	if (match === null) return null;
	const [, sign, hours, minutes, seconds = ''] = match;
	const [h, m, s] = [Number(hours ?? 0), Number(minutes ?? 0), Number(seconds.replace(',', '.'))];
	if ((hours !== undefined && m >= 60) || (minutes !== undefined && s >= 60)) return null;
	const total = h * 3600 + m * 60 + s;
	if (!Number.isFinite(total)) return null;
	return total > 0 && (sign === '-' || sign === '−') ? -total : total;
}

/** As short as the time allows: "5:41", "1:05:41"; with milliseconds when `fine`: "5:41.033". For rulers and lists. */
export function formatShortTime(seconds: number, fine = false): string {
	return formatTimecode(seconds, { decimals: fine ? 3 : 0 }).replace(/^(-?)0:0?/u, '$1');
}
