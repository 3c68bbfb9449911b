import type { Played } from './media-server.ts';

/** A thing that plays, followed from look to look. */
export interface Playback {
	readonly played: Played;
	/** When the media server answered, in milliseconds since 1970, like the next ones. */
	readonly lookedAtMs: number;
	/** When the film began, if it had run without a stop to where it is now. */
	readonly beganMs: number;
}

/** What players tell may have been told a moment before we looked; more than this behind what we reckon, it is a jump. In milliseconds. */
const SLACK_MS = 2500;

/**
 * Follows a position that players tell every ten seconds or so. What is told is true or late, never early: the film has played on since. So of all
 * that was told while it played on, the one that puts the film furthest is nearest to the truth, and what is far behind it is a jump backwards.
 */
export function follow(before: Playback | undefined, played: Played, nowMs: number, movesItself: boolean): Playback {
	const beganMs = nowMs - played.toldS * 1000;
	const fresh = { played, lookedAtMs: nowMs, beganMs };
	if (movesItself || before === undefined || played.state !== 'playing') return fresh;
	const { played: last } = before;
	if (last.item !== played.item || last.state !== 'playing') return fresh;
	// The same words as before: nothing new was told.
	if (last.toldS === played.toldS) return { ...fresh, beganMs: before.beganMs };
	const lookedAgoMs = nowMs - before.lookedAtMs;
	const behindMs = beganMs - before.beganMs;
	// What was told since we looked last is at most as old as that.
	if (behindMs > lookedAgoMs + SLACK_MS) return fresh;
	return { ...fresh, beganMs: Math.min(before.beganMs, beganMs) };
}

/** Seconds from the start of the film at `nowMs`; stands still while it is paused or waits for data, ends at the end. */
export function positionAt({ played, beganMs }: Playback, nowMs: number): number {
	const { state, toldS, durationS = Infinity } = played;
	const ranS = state === 'playing' ? Math.max(0, nowMs - beganMs) / 1000 : toldS;
	return Math.min(Math.max(ranS, 0), durationS);
}
