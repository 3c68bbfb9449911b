import { DEFAULT_PROJECT_NAME } from '#core/project/document-layout';
import { listDocuments, removeDocument } from '#contract/sync';
import { idSet } from '../id-set.ts';
import { LiveValue } from '../live.svelte.ts';
import type { Services } from '../services.ts';

/** A project that can be opened. */
export interface ProjectRow {
	readonly id: string;
	readonly name: string;
	readonly here: boolean;
	readonly onServer: boolean;
	readonly current: boolean;
}

const PREFIX = 'project:';

/** Projects of this device and of the server, and what can be done with them. */
export class ProjectsState {
	readonly #services: Pick<Services, 'storage' | 'connection' | 'openProject'>;
	readonly #here: LiveValue<readonly { id: string; name: string; current: boolean }[]>;
	#onServer: readonly { readonly id: string; readonly name: string }[] = $state.raw([]);
	#silent = $state(false);
	readonly rows: readonly ProjectRow[] = $derived.by(() => {
		const onServer = idSet(this.#onServer.map(({ id }) => id));
		const here = this.#here.current.map((row) => ({ ...row, here: true, onServer: onServer.has(row.id) }));
		const known = idSet(here.map(({ id }) => id));
		const there = this.#onServer.filter(({ id }) => !known.has(id));
		return [...here, ...there.map((row) => ({ ...row, here: false, onServer: true, current: false }))];
	});

	constructor(services: Pick<Services, 'storage' | 'connection' | 'openProject'>) {
		this.#services = services;
		this.#here = new LiveValue(services.storage.projects.watch(), []);
	}

	/** There is a server, and it does not tell what it has. */
	get serverSilent(): boolean {
		return this.#silent;
	}

	/** Asks the server anew. */
	async refresh(): Promise<void> {
		const { client } = this.#services.connection;
		const reply = await client?.call(listDocuments, { query: { kind: 'project' } });
		this.#silent = reply?.ok === false;
		const documents = reply?.ok === true ? reply.value.documents : [];
		this.#onServer = documents.map(({ name, title }) => ({ id: name.slice(PREFIX.length), name: title }));
	}

	open(id: string): Promise<void> {
		return this.#services.openProject(id);
	}

	async create(name: string): Promise<void> {
		const project = await this.#services.storage.projects.create(name.trim() || DEFAULT_PROJECT_NAME);
		await this.open(project.id);
	}

	async rename(id: string, name: string): Promise<void> {
		const wanted = name.trim();
		if (wanted !== '') (await this.#services.storage.projects.open(id)).rename(wanted);
	}

	/** The one that is open gives way to another. */
	async removeHere(id: string): Promise<void> {
		const { projects } = this.#services.storage;
		const wasCurrent = this.rows.some((row) => row.id === id && row.current);
		await projects.remove(id);
		if (!wasCurrent) return;
		const other = this.rows.find((row) => row.here && row.id !== id);
		if (other === undefined) await this.create('');
		else await this.open(other.id);
	}

	/** A sentence when the server did not do it; then nothing has changed. */
	async removeEverywhere(id: string): Promise<string | undefined> {
		const reply = await this.#services.connection.client?.call(removeDocument, { params: { name: `${PREFIX}${id}` } });
		const wasHere = this.rows.some((row) => row.id === id && row.here);
		const gone = reply === undefined || reply.ok || (reply.error.kind === 'refused' && reply.error.status === 404);
		if (!gone) return 'The server did not remove it. Check the connection in Settings, then try again.';
		if (wasHere) await this.removeHere(id);
		await this.refresh();
		return undefined;
	}
}
