import { CropState, WHOLE_FRAME } from '#core/crop/crop';
import { pathAt, type CameraPath, type PicturePlace } from '#core/crop/camera-path';
import { cropOnFrame, followed } from '#core/crop/crop-span';
import { cropAt, type CropKeyframe, type CropTrack } from '#core/crop/crop-track';
import type { Fingerprint } from '#core/media/fingerprint';
import { frameAt } from '#core/time/frame-index';
import { isSameFrame, SAME_FRAME_S } from '#core/time/same-frame';
import type { Project, Segment } from '#core/project/project';
import { unreachable } from '#core/result';
import type { ProjectDocument } from '$lib/storage/project-document';
import { snapTime, type SnapGrid } from '../snap.ts';
import { cropTargetAt, type CropTarget } from './crop-target.ts';

/** What editing a crop needs to know of the editor. */
export interface CropSurroundings {
	readonly media: Fingerprint;
	readonly document: ProjectDocument;
	/** The project as it is now; read within effects. */
	readonly project: () => Project;
	/** Start of the shown frame in seconds; undefined while there is no picture. */
	readonly shownS: () => number | undefined;
	readonly selected: () => Segment | undefined;
	readonly grid: () => SnapGrid;
}

/** The crop of the open file over time: what is seen at the shown frame, and where changes to it go. */
export class CropEditing {
	readonly #around: CropSurroundings;
	#draft: { readonly crop: CropState; readonly target: CropTarget } | null = $state.raw(null);
	#autoKey = $state(true);
	#startsEarly = $state(false);

	readonly track: CropTrack = $derived.by(
		() =>
			this.#around.project().crops[this.#around.media] ?? { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
	);
	/** The chosen segment, when it has a crop of its own and is on screen. */
	readonly #override: Segment | undefined = $derived.by(() => {
		const segment = this.#around.selected();
		const { shownS } = this;
		return segment?.crop !== undefined && shownS >= segment.inS - 1e-6 && shownS < segment.outS ? segment : undefined;
	});
	/** What base, keyframes and the segment's own crop say, whatever a camera path does. */
	readonly #under: CropState = $derived.by(
		() =>
			this.#override?.crop ??
			(this.#startsEarly && this.track.interpolation === 'step'
				? cropAt(this.track, this.shownS)
				: cropOnFrame({ ...this.track, paths: [] }, this.shownS)),
	);
	readonly #stored: CropState = $derived.by(() =>
		followed(this.#under, this.track, this.shownS, this.#around.grid().index),
	);
	/** The camera path that holds on the shown frame. */
	readonly #path: CameraPath | undefined = $derived.by(() => pathAt(this.track.paths, this.shownS));
	/** Leads a camera path through `place`, or finds it anew for another shape or size of the crop. Set by who can. */
	onFix: ((path: CameraPath, place: PicturePlace | undefined) => Promise<void>) | undefined;

	constructor(around: CropSurroundings) {
		this.#around = around;
	}

	/** The crop as it is seen now: while a gesture goes on, not yet what is stored. */
	get crop(): CropState {
		return this.#draft?.crop ?? this.#stored;
	}
	/** What is seen is not yet what is stored. */
	get drafting(): boolean {
		return this.#draft !== null;
	}
	/** What a change made now goes to. */
	get target(): CropTarget {
		if (this.#draft !== null) return this.#draft.target;
		const under = this.#targetUnder();
		const path = this.#path;
		return path === undefined || this.onFix === undefined ? under : { kind: 'path', path, atS: this.shownS, under };
	}
	#targetUnder(): CropTarget {
		if (this.#override !== undefined) return { kind: 'segment', segment: this.#override };
		return cropTargetAt({
			track: this.track,
			shownS: this.shownS,
			isShown: (timeS) => this.isShown(timeS),
			autoKey: this.#autoKey,
		});
	}
	get keyframes(): readonly CropKeyframe[] {
		return this.track.keyframes;
	}
	/** The keyframe on the shown frame. */
	get keyframeHere(): CropKeyframe | undefined {
		return this.keyframes.find(({ atS }) => this.isShown(atS));
	}
	/** A change where there is no keyframe makes one, once there are keyframes. */
	get autoKey(): boolean {
		return this.#autoKey;
	}
	set autoKey(on: boolean) {
		this.#autoKey = on;
	}
	/** Shows keyframes of a step track as a clip takes them that starts at the shown frame: up to 0.05 s early. */
	set startsEarly(on: boolean) {
		this.#startsEarly = on;
	}
	get shownS(): number {
		return this.#around.shownS() ?? this.#around.grid().firstS;
	}

	/** Whether a time lies on the shown frame. */
	isShown(timeS: number): boolean {
		const { index } = this.#around.grid();
		if (index === undefined) return isSameFrame(timeS, this.shownS);
		return frameAt(index, timeS + SAME_FRAME_S) === frameAt(index, this.shownS + SAME_FRAME_S);
	}

	/** Shows a crop without storing it: the middle of a gesture. It goes where it was begun, wherever the player is by then. */
	preview(crop: CropState): void {
		this.#draft = { crop, target: this.target };
	}
	/** Stores what was previewed as one undo step; with `crop`, that. */
	commit(crop: CropState | undefined = this.#draft?.crop): void {
		const { target } = this;
		this.#draft = null;
		if (crop !== undefined) this.#edit(() => this.#store(target, crop));
	}
	/** Stores a crop; quick repeats are one undo step. */
	nudge(crop: CropState): void {
		const { target } = this;
		this.#draft = null;
		this.#store(target, crop);
	}
	/** Lets go of a gesture: the stored crop is shown again. */
	dropDraft(): void {
		this.#draft = null;
	}

	/** Sets a keyframe with the crop that is seen here. False when there is one on this frame already. */
	addKeyframe(): boolean {
		if (this.#around.shownS() === undefined || this.keyframeHere !== undefined) return false;
		const { crop, shownS } = this;
		this.#draft = null;
		this.#edit(() => this.#document.setKeyframe(this.#around.media, { atS: shownS, crop }));
		return true;
	}
	/** Moves a keyframe to the frame nearest `toS`. False when another one stands there. */
	moveKeyframe(fromS: number, toS: number): boolean {
		const atS = snapTime(this.#around.grid(), toS);
		if (atS === fromS) return true;
		if (this.keyframes.some((keyframe) => keyframe.atS !== fromS && Math.abs(keyframe.atS - atS) <= SAME_FRAME_S))
			return false;
		this.#edit(() => this.#document.moveKeyframe(this.#around.media, fromS, atS));
		return true;
	}
	removeKeyframes(atS: readonly number[]): void {
		this.#edit(() => this.#document.removeKeyframes(this.#around.media, [...atS]));
	}
	setInterpolation(interpolation: CropTrack['interpolation']): void {
		this.#edit(() => this.#document.setInterpolation(this.#around.media, interpolation));
	}
	/** Gives a segment a crop of its own, at first the one that is seen, or takes it away. */
	setOwnCrop(segment: Segment, own: boolean): void {
		const crop = own ? this.crop : undefined;
		this.#edit(() => this.#document.updateSegment(segment.id, { crop }));
	}
	/** The keyframe before or after the shown frame, if any. */
	keyframeBeside(step: -1 | 1): CropKeyframe | undefined {
		const { shownS } = this;
		const others = this.keyframes.filter(({ atS }) => !this.isShown(atS));
		return step === 1 ? others.find(({ atS }) => atS > shownS) : others.findLast(({ atS }) => atS < shownS);
	}
	/** Gives another file the crop of this one, when it has none yet. */
	carryTo(media: Fingerprint): void {
		if (this.#around.project().crops[media] !== undefined) return;
		this.#edit(() => this.#document.setCrop(media, this.crop));
	}
	/** Puts a whole track in the place of what is there. */
	putTrack(track: CropTrack): void {
		this.#document.setTrack(this.#around.media, track);
	}

	get #document(): ProjectDocument {
		return this.#around.document;
	}

	#store(target: CropTarget, crop: CropState): void {
		const { media } = this.#around;
		switch (target.kind) {
			case 'base':
				return this.#document.setCrop(media, crop);
			case 'keyframe':
			case 'new-keyframe':
				return this.#document.setKeyframe(media, { atS: target.atS, crop });
			case 'segment':
				return void this.#document.updateSegment(target.segment.id, { crop });
			case 'path':
				return void this.#fix(target, crop);
			default:
				return unreachable(target);
		}
	}

	/** What is set where a camera path holds: shape and size go to what lies under it, the place to the path. */
	async #fix({ path, atS, under }: Extract<CropTarget, { kind: 'path' }>, crop: CropState): Promise<void> {
		const { centre, ...shape } = crop;
		const [seen, beneath] = [this.#stored, this.#under];
		const moved = Math.abs(centre.x - seen.centre.x) + Math.abs(centre.y - seen.centre.y) > 1e-6;
		const draft = { crop, target: this.target };
		if (!alike({ ...beneath, ...shape }, beneath)) this.#store(under, { ...beneath, ...shape });
		// Shown until the path goes through it.
		this.#draft = draft;
		try {
			await this.onFix?.(path, moved ? { atS, ...centre } : undefined);
		} finally {
			if (this.#draft === draft) this.#draft = null;
		}
	}

	/** Runs an edit as an undo step of its own. */
	#edit(change: () => void): void {
		this.#document.asOneStep(change);
	}
}

const alike = (a: CropState, b: CropState): boolean =>
	JSON.stringify(CropState.parse(a)) === JSON.stringify(CropState.parse(b));
