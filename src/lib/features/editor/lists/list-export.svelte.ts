import { failureText } from '#core/failure';
import { isPartMissing } from '#core/part-missing';
import { sourceFailure } from '#core/media/source-failure';
import { safeFileName } from '#core/export/name-template';
import { download } from '$lib/app/download';
import { LiveValue } from '$lib/app/live.svelte';
import type { Services } from '$lib/app/services';
import type { Project } from '#core/project/project';
import type { EditorState } from '../editor-state.svelte.ts';
import {
	awaitedIn,
	cutsOf,
	holdsManyFiles,
	listFileOf,
	segmentsOf,
	type CutScope,
	type ListTarget,
} from './list-files.ts';
import { text } from './text.ts';

type Parts = Pick<Services, 'storage' | 'project'> & {
	/** Saves what was made. */
	readonly save?: typeof download;
};

/** What came of taking cuts out. */
export interface Saved {
	readonly kind: 'done' | 'failed';
	readonly sentence: string;
	readonly notes: readonly string[];
}

/** Cuts and projects on their way out. */
export class ListExport {
	readonly #editor: EditorState;
	readonly #parts: Parts;
	readonly #project: LiveValue<Project>;
	#scope: CutScope = $state('file');
	#withMedia = $state(false);
	#share: number | null = $state(null);
	#saved: Saved | null = $state.raw(null);
	#abort: AbortController | undefined;

	/** What may be chosen between; one entry when there is nothing to choose. */
	readonly scopes: readonly CutScope[] = $derived.by(() => {
		const { segments, film } = this.#project.current;
		const hasOthers = segments.some(({ media }) => media !== this.#editor.media);
		return ['file' as const, ...(hasOthers ? ['all' as const] : []), ...(film.length > 0 ? ['film' as const] : [])];
	});
	/** Cuts that go out. */
	readonly count: number = $derived.by(() => segmentsOf(this.#project.current, this.#editor.media, this.scope).length);

	constructor(editor: EditorState, parts: Parts) {
		this.#editor = editor;
		this.#parts = parts;
		this.#project = new LiveValue(parts.project.watch(), parts.project.project);
	}

	get scope(): CutScope {
		return this.scopes.includes(this.#scope) ? this.#scope : 'file';
	}
	set scope(scope: CutScope) {
		this.#scope = scope;
	}
	get withMedia(): boolean {
		return this.#withMedia;
	}
	set withMedia(wanted: boolean) {
		this.#withMedia = wanted;
	}
	/** How far packing is, 0..1; null when nothing is being packed. */
	get share(): number | null {
		return this.#share;
	}
	get saved(): Saved | null {
		return this.#saved;
	}

	/** Saves the cuts of the scope as a list. */
	async saveList(target: ListTarget): Promise<void> {
		const { project } = this.#parts.project;
		const scope = holdsManyFiles(target) ? this.scope : 'file';
		const { cuts, notes } = await cutsOf(
			segmentsOf(project, this.#editor.media, scope),
			project,
			this.#parts.storage.media,
		);
		const awaited = target === 'osp' ? awaitedIn(cuts, project.crops) : undefined;
		if (awaited !== undefined) {
			this.#saved = { kind: 'failed', sentence: text.notSaved(awaited), notes: [] };
			return;
		}
		const title = scope === 'file' ? (this.#editor.facts?.name ?? project.name) : project.name;
		const made = listFileOf(target, cuts, { title, crops: project.crops, id: project.id });
		const { save = download } = this.#parts;
		save(
			new Blob([made.text], { type: target === 'osp' || target === 'otio' ? 'application/json' : 'text/plain' }),
			made.name,
		);
		const oneFile = scope === this.scope ? [] : [text.oneFileOnly];
		this.#saved = {
			kind: 'done',
			sentence: text.saved(made.name, made.count),
			notes: [...oneFile, ...notes, ...made.notes],
		};
	}

	/** Saves the whole project as one file. */
	async saveProject(): Promise<void> {
		const { storage, project, save = download } = this.#parts;
		const abort = new AbortController();
		this.#abort = abort;
		this.#share = 0;
		this.#saved = null;
		try {
			const { packProject } = await import('./pack-project.ts');
			const { file, notes } = await packProject(project.project, storage, {
				withMedia: this.#withMedia,
				signal: abort.signal,
				onProgress: (share) => (this.#share = share),
			});
			const name = `${safeFileName(project.project.name, 'project')}.octocut`;
			save(file, name);
			this.#saved = { kind: 'done', sentence: text.savedProject(name), notes };
		} catch (thrown) {
			if (!abort.signal.aborted) this.#saved = { kind: 'failed', sentence: text.notSaved(whyOf(thrown)), notes: [] };
		} finally {
			this.#share = null;
		}
	}

	stop(): void {
		this.#abort?.abort();
	}
}

function whyOf(thrown: unknown): string {
	if (isPartMissing(thrown)) return failureText({ kind: 'offline', subject: 'project.octocut' });
	if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
		return failureText({ kind: 'out-of-space', subject: 'project.octocut' });
	}
	const source = thrown instanceof DOMException ? sourceFailure(thrown.name, text.aVideo, thrown.message) : undefined;
	if (source !== undefined) return failureText(source);
	return thrown instanceof Error ? thrown.message : String(thrown);
}
