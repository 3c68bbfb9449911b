import type { Remark } from '#core/formats/imported';
import { failureText } from '#core/failure';
import { LIST_NAMES } from '#core/formats/list-names';
import type { ListRead } from '#core/formats/read-list';
import { isPartMissing } from '#core/part-missing';
import type { FrameIndex } from '#core/time/frame-index';
import type { Result } from '#core/result';
import type { Services } from '$lib/app/services';
import { offerUndo } from '$lib/app/undo-offer';
import type { NewSegment } from '$lib/storage/project-document';
import type { EditorState } from '../editor-state.svelte.ts';
import { indexesOf, listMediaOf, otherMedia, segmentsFrom } from './list-cuts.ts';
import { isZip, readListFile } from './read-list-file.ts';
import { text } from './text.ts';

/** What came of bringing a list in. */
export interface Report {
	readonly kind: 'done' | 'refused';
	readonly sentence: string;
	/** Segments that were added. */
	readonly added: number;
	readonly skipped: readonly Remark[];
	readonly notes: readonly Remark[];
}

/** A pasted list, before it is taken over. */
export interface Preview {
	readonly format: string;
	readonly segments: readonly NewSegment[];
	readonly skipped: readonly Remark[];
	readonly notes: readonly Remark[];
}

type Parts = Pick<Services, 'storage' | 'project' | 'toasts'> & {
	/** Reads a list off the main thread. */
	readonly read?: typeof readListFile;
};

/** Lists of cuts on their way in. Files are taken over at once, as one undo step; pasted text is shown first. */
export class ListsState {
	readonly #editor: EditorState;
	readonly #parts: Parts;
	#step: { readonly text: string; readonly share: number | undefined } | null = $state.raw(null);
	#report: Report | null = $state.raw(null);
	#pasted = $state('');
	#preview: Result<Preview, string> | null = $state.raw(null);
	#abort: AbortController | undefined;
	#typing: AbortController | undefined;

	constructor(editor: EditorState, parts: Parts) {
		this.#editor = editor;
		this.#parts = parts;
	}

	/** What is being done now; the share (0..1) is absent while nobody can tell. */
	get step(): { readonly text: string; readonly share: number | undefined } | null {
		return this.#step;
	}
	get report(): Report | null {
		return this.#report;
	}
	get pasted(): string {
		return this.#pasted;
	}
	/** What the pasted text is, or a sentence why it is no list. */
	get preview(): Result<Preview, string> | null {
		return this.#preview;
	}

	/** Takes a list or a project file over. */
	async take(file: File): Promise<void> {
		this.#abort?.abort();
		const abort = new AbortController();
		this.#abort = abort;
		this.#report = null;
		this.#step = { text: text.reading(file.name), share: undefined };
		try {
			this.#report = (await isZip(file))
				? await this.#takeProject(file, abort.signal)
				: await this.#takeList(file, abort.signal);
		} catch (thrown) {
			if (abort.signal.aborted) return;
			this.#report = refused(whyNotRead(file.name, thrown));
		} finally {
			if (this.#abort === abort) this.#step = null;
		}
	}

	/** Shows what pasted text would become; nothing is taken over yet. */
	async setPasted(pasted: string): Promise<void> {
		this.#typing?.abort();
		const typing = new AbortController();
		this.#typing = typing;
		this.#pasted = pasted;
		if (pasted.trim() === '') {
			this.#preview = null;
			return;
		}
		try {
			const read = await this.#read(new File([pasted], ''), typing.signal);
			if (!typing.signal.aborted) this.#preview = read;
		} catch (thrown) {
			if (typing.signal.aborted) return;
			this.#preview = { ok: false, error: whyNotRead(text.pastedName, thrown) };
		}
	}

	/** Takes the pasted list over. */
	accept(): void {
		if (this.#preview?.ok !== true) return;
		this.#report = this.#add(this.#preview.value, text.pastedName);
		this.#pasted = '';
		this.#preview = null;
	}

	stop(): void {
		this.#abort?.abort();
		this.#step = null;
	}
	closeReport(): void {
		this.#report = null;
	}

	async #takeList(file: File, signal: AbortSignal): Promise<Report> {
		const read = await this.#read(file, signal);
		signal.throwIfAborted();
		return read.ok ? this.#add(read.value, `“${file.name}”`) : refused(read.error);
	}

	async #read(file: File, signal: AbortSignal): Promise<Result<Preview, string>> {
		const { facts } = this.#editor;
		if (facts === undefined) return { ok: false, error: text.notReady };
		const { storage, project, read = readListFile } = this.#parts;
		const names = Object.keys(project.project.media).filter((media) => media !== this.#editor.media);
		const others = await otherMedia(storage.media, names);
		const fps = facts.video?.fps ?? { num: 25, den: 1 };
		const list = await read(file, { fileName: file.name, media: listMediaOf(facts), others, fps }, signal);
		if (!list.ok) return list;
		return { ok: true, value: previewOf(list.value, await indexesOf(storage.media, list.value.spans)) };
	}

	#add({ format, segments, skipped, notes }: Preview, name: string): Report {
		const { project, toasts } = this.#parts;
		if (segments.length > 0) {
			project.asOneStep(() => {
				project.addMedia(this.#editor.media, this.#editor.facts?.name ?? '');
				project.addSegments(segments);
			});
			offerUndo(toasts, project, text.added(segments.length, name));
		}
		const sentence = `${text.added(segments.length, name)} ${text.addedAs(format)}`;
		return { kind: 'done', sentence, added: segments.length, skipped, notes };
	}

	async #takeProject(file: File, signal: AbortSignal): Promise<Report> {
		const { storage, project, toasts } = this.#parts;
		const { unpackProject } = await import('./unpack-project.ts');
		const unpacked = await unpackProject(file, project, storage, {
			signal,
			onStep: (step, share) => (this.#step = { text: step, share }),
		});
		if (!unpacked.ok) return refused(text.projectRefused(`“${file.name}”`, unpacked.error));
		const { segments, film, marks, notes } = unpacked.value;
		const parts = text.projectParts(segments, film, marks);
		const sentence =
			parts === '' ? text.projectNothing(`“${file.name}”`) : `${text.project(`“${file.name}”`)} ${parts}.`;
		if (segments + film > 0) offerUndo(toasts, project, sentence);
		return {
			kind: 'done',
			sentence,
			added: segments,
			skipped: [],
			notes: notes.map((reason) => ({ line: 0, reason })),
		};
	}
}

function previewOf(list: ListRead, indexOf: (media: string) => FrameIndex | undefined): Preview {
	const { segments, skipped } = segmentsFrom(list.spans, indexOf);
	return {
		format: LIST_NAMES[list.format],
		segments,
		skipped: [...list.skipped, ...skipped].sort((a, b) => a.line - b.line),
		notes: list.notes,
	};
}

function whyNotRead(name: string, thrown: unknown): string {
	if (isPartMissing(thrown)) return failureText({ kind: 'offline', subject: name });
	return text.failed(name, thrown instanceof Error ? thrown.message : String(thrown));
}

const refused = (sentence: string): Report => ({ kind: 'refused', sentence, added: 0, skipped: [], notes: [] });

const states = new WeakMap<EditorState, ListsState>();

/** The lists of an editor: one for the panel and for what is dropped beside it, whichever comes first. */
export function listsOf(editor: EditorState, services: Services): ListsState {
	const known = states.get(editor);
	if (known !== undefined) return known;
	const state = new ListsState(editor, services);
	states.set(editor, state);
	return state;
}
