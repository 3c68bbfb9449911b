import { createContext } from 'svelte';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { Connection } from '$lib/remote/connection';
import type { MediaEngine } from '$lib/media/engine';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { CurrentProfile } from './current-profile.svelte.ts';
import type { ModelShelf } from './model-shelf.ts';

/** What the open app consists of: built by the root layout (or a test), read by features. */
export interface Services {
	readonly storage: Storage;
	readonly project: ProjectDocument;
	readonly queue: ExportQueue;
	/** Searches for subjects that a crop follows. */
	readonly tracking: TrackingQueue;
	readonly models: ModelShelf;
	readonly engines: readonly MediaEngine[];
	readonly toasts: Toasts;
	/** To the server, if there is one: everything works without. */
	readonly connection: Connection;
	/** Whom the person works as: exported groups, labels, hidden files. */
	readonly profile: CurrentProfile;
}

export const [getServices, setServices] = createContext<Services>();
