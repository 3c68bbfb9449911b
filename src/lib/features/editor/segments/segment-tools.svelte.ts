import { byTouch } from '$lib/ui/pointer/by-touch';
import type { Fingerprint } from '#core/media/fingerprint';
import type { Segment } from '#core/project/project';
import { edgesOf, gapsOf, hullOf, joined, type Span } from '#core/time/segment-arithmetic';
import { formatShortTime } from '#core/time/timecode';
import type { ProjectDocument, SegmentPatch } from '$lib/storage/project-document';
import type { SnapGrid } from '../snap.ts';
import { SegmentChoice } from './segment-choice.svelte.ts';
import { text } from './text.ts';

/** Closer than this, two times are the same instant, in seconds: half of what a time shows. */
const SAME_S = 5e-4;

/** What the tools need of the editor; read within effects. */
export interface EditedFile {
	readonly media: Fingerprint;
	readonly grid: SnapGrid;
	readonly segments: readonly Segment[];
	readonly selected: Segment | undefined;
	readonly pendingInS: number | null;
	/** Start of the frame that a mark stands for, in seconds. */
	readonly shownTimeS: number | undefined;
	readonly player: { readonly targetS: number } | undefined;
	select(id: string | null): void;
	removeAll(ids: readonly string[]): void;
	dropPending(): void;
	goTo(timeS: number): void;
	framesText(span: Span): string;
	say(kind: 'info' | 'warning', sentence: string): void;
}

/** What is done to several segments, and to the list of them. Each verb is one undo step. */
export class SegmentTools {
	readonly choice: SegmentChoice;
	readonly #editor: EditedFile;
	readonly #document: ProjectDocument;

	/** Those that are ticked: what an export takes. */
	readonly ticked: readonly Segment[] = $derived.by(() => this.#editor.segments.filter(({ selected }) => selected));

	constructor(editor: EditedFile, document: ProjectDocument) {
		this.#editor = editor;
		this.#document = document;
		this.choice = new SegmentChoice({
			segments: () => editor.segments,
			head: () => editor.selected,
			setHead: (id) => editor.select(id),
		});
	}

	/** Cuts in two what lies under the playhead: the chosen segment when it does, else every one that does. */
	splitHere(): void {
		const atS = this.#editor.shownTimeS;
		if (atS === undefined) return this.#editor.say('warning', text.notReady);
		const isInside = ({ inS, outS }: Span): boolean => atS > inS + SAME_S && atS < outS - SAME_S;
		const { selected, segments } = this.#editor;
		const cut = selected !== undefined && isInside(selected) ? [selected] : segments.filter(isInside);
		if (cut.length === 0) return this.#editor.say('warning', text.nothingToSplit);
		const copies = this.#step(() =>
			cut.map(({ id }) => {
				const copy = this.#document.duplicateSegment(id);
				this.#document.updateSegment(id, { outS: atS });
				this.#document.updateSegment(copy, { inS: atS });
				return copy;
			}),
		);
		this.#editor.select(copies[0] ?? null);
		this.#editor.say('info', text.wasSplit(formatShortTime(atS, true)));
	}

	/** Makes a segment from the shown frame to the next segment, or to the end of the file. */
	addHere(): void {
		const inS = this.#editor.shownTimeS;
		if (inS === undefined) return this.#editor.say('warning', text.notReady);
		const { endS } = this.#editor.grid;
		const outS = this.#editor.segments.map((segment) => segment.inS).filter((next) => next > inS + SAME_S);
		const span = { inS, outS: Math.min(endS, ...outS) };
		if (span.outS <= span.inS) return this.#editor.say('warning', text.nothingAfter);
		this.#editor.select(this.#step(() => this.#document.addSegment({ media: this.#editor.media, ...span })));
		this.#editor.say('info', text.added(this.#editor.framesText(span)));
	}

	/** Joins the chosen segments into one; when fewer than two are chosen, all that overlap or touch. */
	merge(): void {
		const { all } = this.choice;
		const groups = all.length > 1 ? [all] : this.#overlapping();
		if (groups.length === 0) return this.#editor.say('warning', text.nothingToMerge(byTouch()));
		this.#step(() => {
			for (const group of groups) {
				const [first, ...others] = group;
				const hull = hullOf(group);
				if (first === undefined || hull === undefined) continue;
				this.#document.updateSegment(first.id, { inS: hull.inS, outS: hull.outS });
				this.#document.removeSegments(others.map(({ id }) => id));
			}
		});
		this.#editor.select(groups[0]?.[0]?.id ?? null);
		const count = groups.reduce((sum, group) => sum + group.length, 0);
		this.#editor.say('info', text.merged(count, groups.length));
	}

	/** Puts what lies between the segments into their place. */
	invert(): void {
		const { segments, grid, media } = this.#editor;
		const gaps = gapsOf(segments, grid.firstS, grid.endS);
		if (segments.length === 0 || gaps.length === 0) return this.#editor.say('warning', text.nothingToInvert);
		this.#step(() => {
			this.#document.removeSegments(segments.map(({ id }) => id));
			this.#document.addSegments(gaps.map((gap) => ({ media, ...gap })));
		});
		this.#editor.select(null);
		this.#editor.say('info', text.inverted(gaps.length));
	}

	/** Puts the list in order of time. */
	sort(): void {
		const sorted = this.#editor.segments.toSorted((a, b) => a.inS - b.inS || a.outS - b.outS);
		this.#step(() => this.#document.arrangeSegments(sorted.map(({ id }) => id)));
	}

	/** Goes to the nearest IN or OUT before (−1) or after the playhead. */
	goToEdge(step: -1 | 1): void {
		const atS = this.#editor.player?.targetS;
		if (atS === undefined) return;
		const edges = edgesOf(this.#editor.segments);
		const next = step === 1 ? edges.find((edge) => edge > atS + SAME_S) : edges.findLast((edge) => edge < atS - SAME_S);
		if (next !== undefined) this.#editor.goTo(next);
	}

	/** Chooses the first or last segment of the list and goes there. */
	chooseEnd(end: 'first' | 'last'): void {
		const segment = this.#editor.segments.at(end === 'first' ? 0 : -1);
		if (segment === undefined) return;
		this.#editor.select(segment.id);
		this.#editor.goTo(segment.inS);
	}

	/** Takes back the IN mark; when there is none, deletes what is chosen. */
	removeCutpoint(): void {
		if (this.#editor.pendingInS !== null) this.#editor.dropPending();
		else this.removeChosen();
	}

	removeChosen(): void {
		this.#editor.removeAll(this.choice.all.map(({ id }) => id));
	}

	/** Changes the chosen segments alike. */
	update(patch: Pick<SegmentPatch, 'label' | 'color' | 'category' | 'tags'>): void {
		const ids = this.choice.all.map(({ id }) => id);
		this.#step(() => this.#document.updateSegments(ids, patch));
	}

	/** Ticks segments for export, or not. */
	tick(ids: readonly string[], selected: boolean): void {
		this.#step(() => this.#document.updateSegments(ids, { selected }));
	}

	/** Ticks the chosen segments when one of them is not, else unticks them. */
	toggleTicks(): void {
		const { all } = this.choice;
		this.tick(
			all.map(({ id }) => id),
			all.some(({ selected }) => !selected),
		);
	}

	#overlapping(): readonly (readonly Segment[])[] {
		const { segments } = this.#editor;
		return joined(segments)
			.map((hull) => segments.filter(({ inS, outS }) => inS >= hull.inS - SAME_S && outS <= hull.outS + SAME_S))
			.filter((group) => group.length > 1);
	}

	#step<T>(change: () => T): T {
		return this.#document.asOneStep(change);
	}
}
