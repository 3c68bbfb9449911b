import { frameAt, timeOfFrame } from '#core/time/frame-index';
import { framesAt } from '#core/media/minute-fixture';
import type { LoopRange } from './player/player-options.ts';
import type { PlayerState } from './player/player-state.svelte.ts';

/** A player that is always where it was sent, and tells effects so. 30 frames a second. */
export class TestPlayer {
	state = $state('ready');
	timeS = $state(0);
	targetS = $state(0);
	playing = $state(false);
	loopRange: LoopRange | null = $state.raw(null);
	readonly index = framesAt(30, 1800);

	seekToTime(timeS: number): Promise<void> {
		this.playing = false;
		this.timeS = this.targetS = timeOfFrame(this.index, frameAt(this.index, timeS));
		return Promise.resolve();
	}
	step(frames: number): Promise<void> {
		return this.seekToTime(this.targetS + frames / 30 + 1e-4);
	}
	play(): Promise<void> {
		this.playing = true;
		return Promise.resolve();
	}
	/** Plays on to a time, as the clock would. */
	runTo(timeS: number): void {
		this.timeS = this.targetS = timeOfFrame(this.index, frameAt(this.index, timeS));
	}
	pause(): Promise<void> {
		this.playing = false;
		return Promise.resolve();
	}
	loop(range: LoopRange | null): void {
		this.loopRange = range;
	}
	dispose(): void {}
	asPlayer(): PlayerState {
		return this as unknown as PlayerState;
	}
}
