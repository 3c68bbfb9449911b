import type { Component } from 'svelte';
import type { PanelName } from './desk-state.svelte.ts';
import type { EditorState } from './editor-state.svelte.ts';
import type { ExportState } from './export/export-state.svelte.ts';
import type { Playlist } from './files/playlist.svelte.ts';

/** What every panel is given; each takes what it needs. */
export interface PanelProps {
	readonly editor: EditorState;
	readonly exporting: ExportState;
	readonly playlist: Playlist;
	/** `count` clips are queued: says so, with the way to the exports. */
	readonly onqueued: (count: number) => void;
	readonly onproblem: (sentence: string) => void;
}

type LoadPanel = () => Promise<{ readonly default: Component<PanelProps> }>;

const files = import.meta.glob<{ readonly default: Component<PanelProps> }>([
	'./export/ExportPanel.svelte',
	'./batch/BatchPanel.svelte',
	'./batch/MarksPanel.svelte',
	'./film/FilmPanel.svelte',
	'./files/FilesPanel.svelte',
	'./lists/ListsPanel.svelte',
]);

/** Panels that are fetched when they are first shown. */
export const LOAD_PANEL: Partial<Record<PanelName, LoadPanel>> = Object.fromEntries(
	(
		[
			['export', files['./export/ExportPanel.svelte']],
			['batch', files['./batch/BatchPanel.svelte']],
			['marks', files['./batch/MarksPanel.svelte']],
			['film', files['./film/FilmPanel.svelte']],
			['files', files['./files/FilesPanel.svelte']],
			['lists', files['./lists/ListsPanel.svelte']],
		] satisfies [PanelName, LoadPanel | undefined][]
	).filter(([, load]) => load !== undefined),
);
