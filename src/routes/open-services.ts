import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { createContext } from 'svelte';
import { present } from '#core/result';
import { CurrentProfile } from '$lib/app/current-profile.svelte';
import { LazyEngine } from '$lib/app/lazy-engine';
import type { Services } from '$lib/app/services';
import { Sharing } from '$lib/app/sharing';
import { ModelShelf } from '$lib/app/model-shelf';
import type { ExportQueue } from '$lib/jobs/export-queue';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { ServerSide } from '$lib/jobs/server-side';
import type { Connection } from '$lib/remote/connection';
import type { JobFeed } from '$lib/remote/job-feed';
import type { MediaEngine } from '$lib/media/engine';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import { answerAddressesFrom, serverFiles } from './server-files';

export const loadReader = () => import('$lib/media/probe/index');

export const isUnderWay = ({ job }: Pick<JobRecord, 'job'>): boolean =>
	job.state === 'queued' || job.state === 'running';

/** Complete, but not all that was to be noted about it has been. */
const isToBeNoted = ({ job, after, recorded }: JobRecord): boolean =>
	job.state === 'done' && after !== undefined && recorded === undefined;

const lazyEngines = (
	connection: Connection,
	loadFeed: () => Promise<JobFeed>,
	onLeft: (ids: readonly string[]) => void,
): readonly MediaEngine[] => [
	new LazyEngine('webcodecs', async () => {
		const { WebCodecsEngine } = await import('$lib/media/engines/webcodecs/index');
		return new WebCodecsEngine();
	}),
	new LazyEngine('ffmpeg-wasm', async () => {
		const { FfmpegWasmEngine } = await import('$lib/media/engines/ffmpeg-wasm/index');
		return new FfmpegWasmEngine();
	}),
	new LazyEngine('server', async () => {
		const { ServerEngine } = await import('$lib/remote/server-engine');
		return new ServerEngine({
			client: () => (connection.current.kind === 'connected' ? connection.client : undefined),
			feed: await loadFeed(),
			onLeft,
		});
	}),
];

/** The server as the queue of exports sees it. */
const serverSide = (connection: Connection, feed: JobFeed): ServerSide => ({
	here: () => {
		const { current, client, place, serverId: id } = connection;
		return current.kind === 'connected' && client && place !== undefined ? { client, place, id } : undefined;
	},
	known: () => {
		const { place, serverId: id } = connection;
		return place === undefined ? undefined : { place, id };
	},
	settled: () => connection.settled(),
	onChange: (listener) => {
		const watching = connection.state.subscribe(listener);
		return () => watching.unsubscribe();
	},
	feed,
});

/** The open app. What only editing and exporting need is opened by the pages that do so, or when exports are waiting. */
export class AppServices implements Services {
	readonly storage: Storage;
	readonly toasts: Toasts;
	readonly engines: readonly MediaEngine[];
	readonly profile: CurrentProfile;
	readonly models: ModelShelf;
	readonly connection: Connection;
	readonly sharing: Sharing;
	#workshop:
		{ readonly project: ProjectDocument; readonly queue: ExportQueue; readonly tracking: TrackingQueue } | undefined;
	#opening: Promise<void> | undefined;
	#feed: Promise<JobFeed> | undefined;

	constructor(storage: Storage, toasts: Toasts, connection: Connection, sharing: Sharing) {
		this.storage = storage;
		this.toasts = toasts;
		this.connection = connection;
		this.sharing = sharing;
		const onLeft = (ids: readonly string[]) => void this.queue.forgetOnServer(ids);
		this.engines = lazyEngines(connection, () => this.#loadFeed(), onLeft);
		this.profile = new CurrentProfile(storage);
		this.models = new ModelShelf(storage);
	}

	get project(): ProjectDocument {
		return present(this.#workshop, 'the project, which openWorkshop opens').project;
	}

	get queue(): ExportQueue {
		return present(this.#workshop, 'the queue, which openWorkshop opens').queue;
	}

	get tracking(): TrackingQueue {
		return present(this.#workshop, 'the tracking queue, which openWorkshop opens').tracking;
	}

	/** Opens the project and the queues, once. */
	openWorkshop(): Promise<void> {
		this.#opening ??= this.#open().catch((thrown: unknown) => {
			this.#opening = undefined;
			throw thrown;
		});
		return this.#opening;
	}

	async openProject(id: string): Promise<void> {
		await this.storage.projects.choose(id);
		// Opened at once: that is how what the server has of it comes here.
		const project = await this.storage.projects.current();
		if (this.#workshop !== undefined) this.#workshop = { ...this.#workshop, project };
	}

	/** Goes on with exports and searches that an earlier visit left. */
	async resumeJobs(): Promise<void> {
		const [jobs, searches] = await Promise.all([this.storage.jobs.all(), this.storage.tracking.all()]);
		const waits = jobs.some((record) => isUnderWay(record) || isToBeNoted(record));
		if (waits || searches.some(isUnderWay)) await this.openWorkshop();
	}

	#loadFeed(): Promise<JobFeed> {
		return (this.#feed ??= import('$lib/remote/job-feed').then(({ JobFeed }) => new JobFeed(this.sharing)));
	}

	async #open(): Promise<void> {
		const [{ ExportQueue }, { TrackingQueue }, { tellGroupEnds }, { tellSearchEnds }, feed, project] =
			await Promise.all([
				import('$lib/jobs/export-queue'),
				import('$lib/jobs/tracking/tracking-queue'),
				import('$lib/features/exports/tell-group-ends'),
				import('$lib/features/editor/tracking/tell-search-ends'),
				this.#loadFeed(),
				this.storage.projects.current(),
			]);
		const server = serverSide(this.connection, feed);
		const queue = new ExportQueue({ storage: this.storage, engines: this.engines, server });
		queue.start();
		tellGroupEnds(queue, this.toasts, () => void goto(resolve('/exports')));
		const tracking = new TrackingQueue({
			storage: this.storage,
			sight: async () => new (await import('$lib/app/sight')).ShelfSight(this.models),
		});
		tracking.start();
		tellSearchEnds(tracking, this.toasts, (media) => void goto(resolve('/edit/[media]', { media })));
		this.#workshop = { project, queue, tracking };
	}
}

/**
 * Opens what is kept on this device. Rejects with an error whose message is a sentence for the person (`StorageError`) when nothing
 * can be kept here.
 */
export async function openServices(toasts: Toasts): Promise<AppServices> {
	const [{ openStorage }, { Connection }, { ServerBlobs }] = await Promise.all([
		import('$lib/storage/open-storage'),
		import('$lib/remote/connection'),
		import('$lib/remote/sync/server-blobs'),
	]);
	// Each needs the other: the connection is kept in the settings, and files on its server are read through it.
	const sharing = new Sharing();
	const blobs = new ServerBlobs(() => connection.client);
	const storage = await openStorage('octocut', {
		...{ share: sharing.share, blobs },
		fingerprintOf: async (file) => (await loadReader()).fingerprintOf(file),
		server: {
			addressOf: (...file) => serverFiles(connection).addressOf(...file),
			read: (...span) => serverFiles(connection).read(...span),
		},
		onTrouble: (_, sentence) => void toasts.show({ kind: 'error', text: sentence }),
	});
	// The server hands out the app at the root of its address, or at a path that a proxy gave it.
	const home = new URL(resolve('/'), location.origin).href.replace(/\/$/, '');
	const connection = new Connection({ keeper: storage.settings, home });
	answerAddressesFrom(storage.media, connection);
	// At every connection what is on both sides is united, open or not.
	sharing.onEvent(({ type }) => {
		if (type !== 'welcome') return;
		blobs.back();
		void openAll(storage);
	});
	return new AppServices(storage, toasts, connection, sharing);
}

/** One after the other, so that nobody waits for it: opening a document shares it. */
async function openAll({ projects, profiles }: Storage): Promise<void> {
	try {
		for (const name of await profiles.names()) await profiles.open(name);
		for (const id of await projects.ids()) await projects.open(id);
	} catch (thrown) {
		console.debug('Not everything could be opened to share it:', thrown);
	}
}

/** Opens the project and the queue for a page that needs them; see `Workshop.svelte`. */
export const [getWorkshop, setWorkshop] = createContext<() => Promise<void>>();
