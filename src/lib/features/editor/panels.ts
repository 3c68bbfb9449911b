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

/** Panels that are fetched when they are first shown. */
export const LOAD_PANEL: Readonly<Record<Exclude<PanelName, 'segments' | 'marks' | 'crop'>, LoadPanel>> = {
	files: () => import('./files/FilesPanel.svelte'),
	lists: () => import('./lists/ListsPanel.svelte'),
	track: () => import('./tracking/TrackPanel.svelte'),
	batch: () => import('./batch/BatchPanel.svelte'),
	film: () => import('./film/FilmPanel.svelte'),
	export: () => import('./export/ExportPanel.svelte'),
};
