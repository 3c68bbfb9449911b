import { untrack } from 'svelte';
import { batchSpanS, type BatchShape } from '#core/batch/batch';
import { frameCount, timeOfFrame } from '#core/time/frame-index';
import type { EditorState } from '../editor-state.svelte.ts';
import { stepTime } from '../snap.ts';
import { clipsToCover } from './auto-clip.ts';

export interface CursorSurroundings {
	readonly editor: EditorState;
	readonly shape: () => BatchShape;
	/** True while a batch is being placed. */
	readonly on: () => boolean;
	readonly setCount: (count: number) => void;
}

/**
 * Where the batch begins. Unlocked it goes with the playhead, but stays where playing began until the pause. Locked it stays, and
 * the span of the batch plays over and over. With `autoClip`, a pause inside the span sets how many clips there are, and the cursor stays.
 */
export class BatchCursor {
	readonly #around: CursorSurroundings;
	#atS: number | undefined = $state();
	#locked = $state(false);
	#autoClip = $state(false);
	#playing = false;
	/** Where the playhead rests after a pause that was taken as the end of the batch. */
	#restsS: number | undefined;
	/** Clips before the first such pause at this cursor: later ones may ask for more again. */
	#fullCount: number | undefined;

	constructor(around: CursorSurroundings) {
		this.#around = around;
	}

	/** Start of the first clip, in seconds on the file's own timeline: the start of a frame. */
	get atS(): number {
		return this.#atS ?? this.#around.editor.grid.firstS;
	}
	/** The span of the batch, cut off at the end of the file. */
	get span(): { readonly inS: number; readonly outS: number } {
		const outS = this.atS + batchSpanS(this.#around.shape());
		return { inS: this.atS, outS: Math.min(outS, this.#around.editor.grid.endS) };
	}
	get locked(): boolean {
		return this.#locked;
	}
	get autoClip(): boolean {
		return this.#autoClip;
	}
	set autoClip(on: boolean) {
		this.#autoClip = on;
	}

	toggleLock(): void {
		if (this.#locked) this.#locked = false;
		else this.#lock();
	}

	/** Puts the batch at a frame, and the picture with it unless it plays. */
	goTo(timeS: number): void {
		const { player, grid } = this.#around.editor;
		const last = grid.index === undefined ? grid.endS : timeOfFrame(grid.index, frameCount(grid.index) - 1);
		this.#place(Math.min(timeS, Math.max(last, grid.firstS)));
		if (player !== undefined && !player.playing) void player.seekToTime(this.atS);
	}

	moveByFrames(frames: number): void {
		this.goTo(stepTime(this.#around.editor.grid, this.atS, frames));
	}

	/** Follows the player; for an effect, which runs it again whenever the player has moved. */
	follow(): void {
		const { player } = this.#around.editor;
		if (player?.state !== 'ready') return;
		const { playing, timeS, targetS } = player;
		untrack(() => this.#moved(playing, timeS, targetS));
	}

	/** Plays the span over and over while locked; for an effect. Gives the cleanup. */
	loop(): (() => void) | undefined {
		const { player } = this.#around.editor;
		if (!this.#locked || player === undefined) return undefined;
		const { span } = this;
		untrack(() => player.loop(span));
		return () => player.loop(null);
	}

	#moved(playing: boolean, timeS: number, targetS: number): void {
		const began = playing && !this.#playing;
		const paused = !playing && this.#playing;
		this.#playing = playing;
		// Playing and pausing leave the picture where it is; a jump is on its way to another.
		const jumps = timeS !== targetS;
		if (began && this.#locked && !this.#inSpan(targetS)) this.#playFromStart();
		if (playing && !jumps) return;
		if (paused && !jumps && this.#coverUpTo(targetS)) return;
		if (this.#locked || targetS === this.#restsS) return;
		this.#place(targetS);
	}

	/** False when the pause says nothing about the batch. */
	#coverUpTo(pauseS: number): boolean {
		if (!this.#autoClip || !this.#around.on()) return false;
		const shape = this.#around.shape();
		const fullCount = Math.max(this.#fullCount ?? 0, shape.count);
		const lengthS = pauseS - this.atS;
		if (lengthS <= 0 || lengthS > batchSpanS({ ...shape, count: fullCount })) return false;
		this.#fullCount = fullCount;
		this.#restsS = pauseS;
		this.#around.setCount(clipsToCover(shape, lengthS));
		return true;
	}

	#lock(): void {
		const { player } = this.#around.editor;
		this.#around.editor.loop(null);
		this.#locked = true;
		if (player?.playing === true && !this.#inSpan(player.timeS)) this.#playFromStart();
	}

	#place(timeS: number): void {
		if (timeS !== this.#atS) this.#fullCount = undefined;
		this.#restsS = undefined;
		this.#atS = timeS;
	}

	#inSpan(timeS: number): boolean {
		const { inS, outS } = this.span;
		return timeS >= inS - 1e-6 && timeS < outS;
	}

	#playFromStart(): void {
		const { player } = this.#around.editor;
		const { atS } = this;
		void player?.seekToTime(atS).then(() => player.play());
	}
}
