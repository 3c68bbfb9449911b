import { isAbort, type Result } from '#core/result';
import {
	getFolder,
	getLibrary,
	listMedia,
	type LibraryFolder,
	type LibraryRoot,
	type MediaItem,
} from '#contract/library';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';
import type { Picked } from '../picked.ts';
import { serverLibraryText } from './text.ts';

export type ServerSort = keyof typeof serverLibraryText.sortBy;
export const SERVER_SORTS = Object.keys(serverLibraryText.sortBy) as ServerSort[];

/** A folder as it is shown: one that is not there says so. */
export interface ShownFolder {
	readonly id: string;
	readonly name: string;
	readonly files: number;
	readonly folders: number;
	readonly missing: boolean;
}

/** Files on a page of the list. */
const PAGE = 60;

/** The library of the server: one folder of it, or what was found by words, a page at a time. */
export class ServerLibrary {
	#roots: readonly LibraryRoot[] = $state.raw([]);
	#scanned: number | undefined = $state();
	#folder: LibraryFolder | undefined = $state.raw();
	#above: readonly LibraryFolder[] = $state.raw([]);
	#folders: readonly ShownFolder[] = $state.raw([]);
	#items: readonly MediaItem[] = $state.raw([]);
	#next: string | null = $state(null);
	#loading = $state(true);
	#problem = $state('');
	#query = $state('');
	#sort: ServerSort = $state('name');
	/** The look under way; a newer one ends it. */
	#look = new AbortController();
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Where one is; undefined above all folders. */
	get folder(): LibraryFolder | undefined {
		return this.#folder;
	}
	/** From the top folder down. */
	get above(): readonly LibraryFolder[] {
		return this.#above;
	}
	get folders(): readonly ShownFolder[] {
		return this.#folders;
	}
	get items(): readonly MediaItem[] {
		return this.#items;
	}
	get hasMore(): boolean {
		return this.#next !== null;
	}
	get loading(): boolean {
		return this.#loading;
	}
	/** Files seen so far while the server looks through its folders; undefined when it does not. */
	get scanned(): number | undefined {
		return this.#scanned;
	}
	/** The server has no folders at all. */
	get isEmpty(): boolean {
		return !this.#loading && this.#problem === '' && this.#roots.length === 0;
	}
	/** Why nothing is shown, and the next step; empty while all is well. */
	get problem(): string {
		return this.#problem;
	}
	get query(): string {
		return this.#query;
	}
	get sort(): ServerSort {
		return this.#sort;
	}

	/** Shows a folder; without an id all of them. */
	async open(id?: string): Promise<void> {
		this.#query = '';
		await this.#begin(async (signal) => {
			if (id === undefined) return this.#openAll(signal);
			const found = await this.#client.call(getFolder, { params: { id }, signal });
			if (!found.ok) return found;
			const { folder, above, folders } = found.value;
			[this.#folder, this.#above] = [folder, above];
			this.#folders = folders.map((one) => ({ ...one, missing: false }));
			return this.#list(signal);
		});
	}

	/** Files with all words of `query` in their names or those of their folders, below the folder that is shown. */
	async search(query: string): Promise<void> {
		this.#query = query;
		await this.#begin((signal) => this.#list(signal));
	}

	async order(sort: ServerSort): Promise<void> {
		this.#sort = sort;
		await this.#begin((signal) => this.#list(signal));
	}

	async more(): Promise<void> {
		const cursor = this.#next;
		if (cursor !== null && !this.#loading) await this.#begin((signal) => this.#list(signal, cursor));
	}

	/** Where an `img` finds the picture of a file; undefined when the server does not tell. */
	async pictureUrl({ id, version }: MediaItem): Promise<string | undefined> {
		const path = `/api/media/${encodeURIComponent(id)}/thumbnail?width=320&v=${encodeURIComponent(version)}` as const;
		const url = await this.#connection.mediaUrl(path);
		return url.ok ? url.value : undefined;
	}

	/** The file as the library of this device takes it in: read by ranges, nothing is copied. */
	async pick({ id, name, bytes, modifiedAt }: MediaItem): Promise<Result<Picked, ServerFailure>> {
		const url = await this.#connection.mediaUrl(`/api/media/${encodeURIComponent(id)}/raw`);
		if (!url.ok) return url;
		const lastModifiedMs = Date.parse(modifiedAt);
		const file = { kind: 'url', url: url.value, size: bytes, type: '', name, lastModifiedMs } as const;
		return { ok: true, value: { file, server: { server: this.#connection.place ?? '', mediaId: id } } };
	}

	get #client() {
		const { client } = this.#connection;
		if (client === undefined) throw new Error('the library of a server is shown without one');
		return client;
	}

	async #openAll(signal: AbortSignal): Promise<Result<unknown, ServerFailure>> {
		const library = await this.#client.call(getLibrary, { signal });
		if (!library.ok) return library;
		const { roots, scan } = library.value;
		this.#roots = roots;
		this.#scanned = scan.state === 'scanning' ? scan.seen : undefined;
		[this.#folder, this.#above] = [undefined, []];
		this.#folders = roots.map(({ id, name, files, state }) => ({
			id,
			name,
			files,
			folders: 0,
			missing: state === 'missing',
		}));
		return this.#list(signal);
	}

	async #list(signal: AbortSignal, cursor?: string): Promise<Result<unknown, ServerFailure>> {
		const query = this.#query.trim();
		const page = await this.#client.call(listMedia, {
			query: {
				...(this.#folder !== undefined && { folder: this.#folder.id }),
				...(query !== '' && { query }),
				...(cursor !== undefined && { cursor }),
				sort: this.#sort,
				limit: PAGE,
			},
			signal,
		});
		if (!page.ok) return page;
		this.#items = cursor === undefined ? page.value.items : [...this.#items, ...page.value.items];
		this.#next = page.value.next;
		return page;
	}

	async #begin(look: (signal: AbortSignal) => Promise<Result<unknown, ServerFailure>>): Promise<void> {
		this.#look.abort();
		const mine = (this.#look = new AbortController());
		this.#loading = true;
		try {
			const looked = await look(mine.signal);
			if (mine.signal.aborted) return;
			this.#problem = looked.ok ? '' : serverFailureText(looked.error);
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		} finally {
			if (!mine.signal.aborted) this.#loading = false;
		}
	}
}
