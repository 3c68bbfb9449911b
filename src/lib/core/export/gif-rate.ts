import { toNumber, type Rational } from '../time/rational.ts';

/** Viewers slow down pictures that are shown for less than two hundredths of a second. */
const VIEWERS_MOST_FPS = 50;

/**
 * The rate nearest to `rate` (in time per picture) that a GIF can hold, as it counts whole hundredths of a second (GIF89a, 23: Delay
 * Time). At most `mostFps` pictures a second; default and limit: 50.
 */
export function gifRate(rate: Rational, mostFps = VIEWERS_MOST_FPS): Rational {
	const shortest = Math.ceil(100 / Math.min(mostFps, VIEWERS_MOST_FPS));
	return { num: 100, den: Math.max(shortest, Math.round(100 / toNumber(rate))) };
}
