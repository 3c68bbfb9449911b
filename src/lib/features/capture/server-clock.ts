import type { Session } from '#contract/sessions';

/** Replies that count: what the clocks did long ago says nothing. A minute of them, with one every five seconds. */
const HEARD = 12;

/**
 * What time it is at the server, reckoned on this device's own clock that never jumps. What a reply tells lies before its arrival, never after: of
 * the last replies the one that puts the server furthest on is nearest to the truth.
 */
export class ServerClock {
	#aheadMs: readonly number[] = [];

	/** A reply that came at `hereMs` (of `performance.now`) tells that it was `thereMs` (since 1970) at the server, or a little later. */
	hear(thereMs: number, hereMs: number): void {
		this.#aheadMs = [...this.#aheadMs, thereMs - hereMs].slice(-HEARD);
	}

	/** Milliseconds since 1970 at the server when it is `hereMs` here; undefined while nothing was heard. */
	at(hereMs: number): number | undefined {
		return this.#aheadMs.length === 0 ? undefined : hereMs + Math.max(...this.#aheadMs);
	}
}

/** Where a film is, in seconds, when it is `thereMs` at the server. Stands still unless it plays; ends at its end. */
export function positionAt(session: Session, thereMs: number | undefined): number {
	const { state, positionS, at, durationS = Infinity } = session;
	const ranS = state === 'playing' && thereMs !== undefined ? Math.max(0, thereMs - Date.parse(at)) / 1000 : 0;
	return Math.min(positionS + ranS, durationS);
}
