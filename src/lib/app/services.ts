import { createContext } from 'svelte';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { MediaEngine } from '$lib/media/engine';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';

/** What the open app consists of: built by the root layout (or a test), read by features. */
export interface Services {
	readonly storage: Storage;
	readonly project: ProjectDocument;
	readonly queue: ExportQueue;
	readonly engines: readonly MediaEngine[];
	readonly toasts: Toasts;
}

export const [getServices, setServices] = createContext<Services>();
