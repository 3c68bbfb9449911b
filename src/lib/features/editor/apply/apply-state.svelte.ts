import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import type { Fingerprint } from '#core/media/fingerprint';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { idSet, toggled } from '$lib/app/id-set';
import { LiveValue } from '$lib/app/live.svelte';
import { mayWrite } from '$lib/jobs/destination-tree';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { MediaRecord } from '$lib/storage/media-record';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { EditorState } from '../editor-state.svelte.ts';
import type { ExportState } from '../export/export-state.svelte.ts';
import { systemNow } from '../export/export-kept.ts';
import { text as editorText } from '../text.ts';
import { planExports } from './apply-exports.ts';
import { fitSegments, fitTrack, type Fitted } from './fit-segments.ts';
import type { LeftOut } from './left-out.ts';
import { text } from './text.ts';

/** A file that may get the segments. */
export interface Candidate {
	readonly media: Fingerprint;
	readonly name: string;
	readonly facts: MediaFacts;
	/** What becomes of the segments there. */
	readonly fitted: Fitted;
	/** Segments that it has already. */
	readonly has: number;
}

export interface ApplyOptions {
	readonly editor: EditorState;
	readonly exporting: Pick<ExportState, 'settings' | 'destination'>;
	readonly storage: Pick<Storage, 'media' | 'jobs'>;
	readonly project: ProjectDocument;
	readonly queue: Pick<ExportQueue, 'enqueue'>;
	readonly now?: () => Date;
}

type Outcome =
	| { readonly ok: true; readonly files: number; readonly clips: number; readonly left: readonly LeftOut[] }
	| { readonly ok: false; readonly why: string };

/** Gives the segments and the crop of the open file to other files of the library. One undo step for all of them. */
export class ApplyState {
	readonly #options: ApplyOptions;
	readonly #records: LiveValue<readonly MediaRecord[]>;
	#picked: ReadonlySet<Fingerprint> = $state.raw(idSet([]));
	#segments = $state(true);
	#crop = $state(true);
	#busy = $state(false);

	readonly candidates: readonly Candidate[] = $derived.by(() => {
		const { editor, project } = this.#options;
		const { firstS } = editor.grid;
		return this.#records.current
			.filter(({ fingerprint, state }) => state === 'ready' && fingerprint !== editor.media)
			.flatMap(({ fingerprint: media, name, facts }) => {
				if (facts === undefined) return [];
				const has = project.project.segments.filter((segment) => segment.media === media).length;
				return [{ media, name, facts, has, fitted: fitSegments(editor.segments, firstS, gridOf(facts, undefined)) }];
			})
			.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
	});
	readonly chosen: readonly Candidate[] = $derived(this.candidates.filter(({ media }) => this.#picked.has(media)));
	/** Clips that an export of the chosen files would make. */
	readonly clips: number = $derived(
		this.chosen.reduce((sum, { fitted }) => sum + fitted.segments.filter(({ selected }) => selected).length, 0),
	);

	constructor(options: ApplyOptions) {
		this.#options = options;
		this.#records = new LiveValue(options.storage.media.watch(), []);
	}

	get segments(): boolean {
		return this.#segments;
	}
	set segments(on: boolean) {
		this.#segments = on;
	}
	get crop(): boolean {
		return this.#crop;
	}
	set crop(on: boolean) {
		this.#crop = on;
	}
	get busy(): boolean {
		return this.#busy;
	}
	isPicked(media: Fingerprint): boolean {
		return this.#picked.has(media);
	}

	pick(media: Fingerprint): void {
		this.#picked = toggled(this.#picked, media);
	}
	pickAll(all: boolean): void {
		this.#picked = idSet(all ? this.candidates.map(({ media }) => media) : []);
	}

	/** Writes segments and crop into the project. */
	async apply(): Promise<Outcome> {
		return this.#run(async () => {
			const fitted = await this.#write();
			return { ok: true, files: fitted.length, clips: 0, left: [] };
		});
	}

	/** Writes them, and queues the exports of all chosen files as the export panel is set. */
	async applyAndExport(): Promise<Outcome> {
		return this.#run(async () => {
			const { exporting, editor, queue, storage, now = systemNow } = this.#options;
			if (!(await mayWrite(storage.jobs, exporting.destination))) return { ok: false, why: editorText.folderRefused };
			const files = await this.#write();
			const { requests, files: made, left } = planExports(files, exporting, now());
			if (requests.length === 0) {
				return { ok: false, why: text.nothingToExport(editor.facts?.name ?? '', left) };
			}
			// Pressed once, shown as one.
			const group = crypto.randomUUID();
			await queue.enqueue(requests.length > 1 ? requests.map((request) => ({ ...request, group })) : requests);
			return { ok: true, files: made, clips: requests.length, left };
		});
	}

	async #run(act: () => Promise<Outcome>): Promise<Outcome> {
		this.#busy = true;
		try {
			return await act();
		} catch (thrown) {
			return { ok: false, why: text.failed(thrown instanceof Error ? thrown.message : String(thrown)) };
		} finally {
			this.#busy = false;
		}
	}

	async #write() {
		const { editor, storage, project } = this.#options;
		const { firstS } = editor.grid;
		const own = editor.cropping.track;
		const files = await Promise.all(
			this.chosen.map(async ({ media, facts }) => {
				const index = await storage.media.frameIndex(media);
				const grid = gridOf(facts, index);
				const kept: CropTrack = project.project.crops[media] ?? { ...own, base: WHOLE_FRAME, keyframes: [] };
				return {
					facts,
					index,
					track: this.#crop ? fitTrack(own, firstS, grid) : kept,
					spans: fitSegments(editor.segments, firstS, grid).segments,
				};
			}),
		);
		project.asOneStep(() => {
			for (const { facts, track, spans } of files) {
				const media = facts.fingerprint;
				project.addMedia(media, facts.name);
				if (this.#segments) project.addSegments(spans.map((span) => ({ ...span, media })));
				if (this.#crop) project.setTrack(media, track);
			}
		});
		return files;
	}
}

const gridOf = ({ firstTimestampS: firstS, durationS }: MediaFacts, index: FrameIndex | undefined) => ({
	index,
	firstS,
	endS: firstS + durationS,
});
