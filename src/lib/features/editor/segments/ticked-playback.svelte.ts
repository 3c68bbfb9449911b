import type { Span } from '#core/time/segment-arithmetic';

/** The part of the player that this needs. */
export interface SpanPlayer {
	readonly timeS: number;
	readonly playing: boolean;
	seekToTime(timeS: number): Promise<void>;
	play(): Promise<void>;
	pause(): Promise<void>;
	loop(range: null): void;
}

/** Plays spans of the file one after another, leaving out what lies between. */
export class TickedPlayback {
	#spans: readonly Span[] = $state.raw([]);
	#at = $state(-1);

	get running(): boolean {
		return this.#at !== -1;
	}

	/** Begins with the span that has the playhead, else with the first; nothing when there are none. */
	async start(player: SpanPlayer, spans: readonly Span[]): Promise<void> {
		const sorted = spans.toSorted((a, b) => a.inS - b.inS);
		const here = sorted.findIndex(({ inS, outS }) => player.timeS >= inS - 1e-6 && player.timeS < outS - 1e-3);
		const span = sorted[Math.max(0, here)];
		if (span === undefined) return;
		player.loop(null);
		if (here === -1) await player.seekToTime(span.inS);
		await player.play();
		this.#spans = sorted;
		this.#at = Math.max(0, here);
	}

	/** Starts, or stops with the picture where it is. */
	toggle(player: SpanPlayer | undefined, spans: readonly Span[]): void {
		if (player === undefined) return;
		if (!this.running) return void this.start(player, spans);
		this.stop();
		void player.pause();
	}

	stop(): void {
		this.#at = -1;
	}

	/** Takes the player on to the next span; for an effect that runs as the player shows pictures. */
	follow(player: SpanPlayer): void {
		const span = this.#spans[this.#at];
		if (span === undefined) return;
		const { timeS, playing } = player;
		if (!playing || timeS < span.inS - 0.5) this.stop();
		else if (timeS >= span.outS - 1e-6) {
			const next = this.#spans[this.#at + 1];
			if (next === undefined) {
				this.stop();
				void player.pause();
			} else {
				this.#at += 1;
				if (next.inS > timeS + 0.05 || next.inS < span.outS - 1e-3) void player.seekToTime(next.inS);
			}
		}
	}
}
