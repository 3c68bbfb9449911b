import type { Result } from '#core/result';
import { getFolder, getLibrary, type LibraryFolder, type LibraryRoot } from '#contract/library';
import type { RouteShape } from '#contract/route';
import {
	addSource,
	changeSource,
	getSourcePaths,
	listSources,
	removeSource,
	setSourcePaths,
	testNewSource,
	testSource,
	type PathMapping,
	type Source,
	type SourceKind,
	type SourcePaths,
	type SourceTest,
} from '#contract/sources';
import type { Connection } from '$lib/remote/connection';
import type { CallOptions, ReplyOf } from '$lib/remote/server-client';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';

/** As it is typed: what is empty stays as it is, where there is something. */
export interface TypedSource {
	readonly kind: SourceKind;
	readonly address: string;
	readonly secret: string;
	readonly label: string;
}

/** Longer than a media server may take to answer, in milliseconds. */
const TEST_TIMEOUT_MS = 60_000;

/** The media servers of the server, and what a person does about them. */
export class MediaServers {
	#sources: readonly Source[] = $state.raw([]);
	#loaded = $state(false);
	#busy = $state(false);
	#problem = $state('');
	readonly #connection: Pick<Connection, 'client'>;

	constructor(connection: Pick<Connection, 'client'>) {
		this.#connection = connection;
	}

	get sources(): readonly Source[] {
		return this.#sources;
	}
	get loaded(): boolean {
		return this.#loaded;
	}
	get busy(): boolean {
		return this.#busy;
	}
	/** What went wrong last, and the next step; empty while nothing has. */
	get problem(): string {
		return this.#problem;
	}

	async load(): Promise<void> {
		const listed = await this.#do(listSources, {});
		if (listed !== undefined) this.#sources = listed.sources;
		this.#loaded = true;
	}

	/** What stands at a typed address; undefined where not even that could be asked: `problem` says why. */
	testNew({ kind, address, secret }: TypedSource): Promise<SourceTest | undefined> {
		return this.#do(testNewSource, { body: { kind, address, secret }, timeoutMs: TEST_TIMEOUT_MS });
	}

	async test({ status }: Source): Promise<SourceTest | undefined> {
		const found = await this.#do(testSource, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
		await this.#refresh();
		return found;
	}

	/** Whether it is there now. */
	async add({ kind, address, secret, label }: TypedSource): Promise<boolean> {
		const body = { kind, address, secret, ...(label.trim() !== '' && { label }) };
		const added = await this.#do(addSource, { body, timeoutMs: TEST_TIMEOUT_MS });
		if (added !== undefined) await this.#triedOnce(added);
		return added !== undefined;
	}

	async change({ status }: Source, { address, secret, label }: TypedSource): Promise<boolean> {
		const body = {
			...(address.trim() !== '' && { address }),
			...(secret.trim() !== '' && { secret }),
			label: label.trim() === '' ? null : label,
		};
		const changed = await this.#do(changeSource, { params: { id: status.id }, body, timeoutMs: TEST_TIMEOUT_MS });
		if (changed !== undefined) await this.#triedOnce(changed);
		return changed !== undefined;
	}

	async remove({ status }: Source): Promise<boolean> {
		const removed = await this.#do(removeSource, { params: { id: status.id } });
		await this.#refresh();
		return removed !== undefined;
	}

	paths({ status }: Source): Promise<SourcePaths | undefined> {
		return this.#do(getSourcePaths, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
	}

	setPaths({ status }: Source, mappings: readonly PathMapping[]): Promise<SourcePaths | undefined> {
		const options = { params: { id: status.id }, body: { mappings }, timeoutMs: TEST_TIMEOUT_MS };
		return this.#do(setSourcePaths, options);
	}

	async roots(): Promise<readonly LibraryRoot[]> {
		return (await this.#do(getLibrary, {}))?.roots ?? [];
	}

	/** The folders that lie in one. */
	async foldersIn(id: string): Promise<readonly LibraryFolder[]> {
		return (await this.#do(getFolder, { params: { id } }))?.folders ?? [];
	}

	/** What was just set is asked at once: otherwise that waits until somebody looks at what plays. */
	async #triedOnce({ status }: Source): Promise<void> {
		await this.#ask(testSource, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
		await this.#refresh();
	}

	/** Shows what changed, without taking away what was said. */
	async #refresh(): Promise<void> {
		const listed = await this.#ask(listSources, {});
		if (listed.ok) this.#sources = listed.value.sources;
	}

	async #do<R extends RouteShape>(route: R, options: CallOptions<R>): Promise<ReplyOf<R> | undefined> {
		this.#busy = true;
		this.#problem = '';
		try {
			const reply = await this.#ask(route, options);
			if (reply.ok) return reply.value;
			this.#problem = serverFailureText(reply.error);
			return undefined;
		} finally {
			this.#busy = false;
		}
	}

	#ask<R extends RouteShape>(route: R, options: CallOptions<R>): Promise<Result<ReplyOf<R>, ServerFailure>> {
		const { client } = this.#connection;
		if (client === undefined) return Promise.resolve({ ok: false, error: { kind: 'offline', cause: 'no server' } });
		return client.call(...([route, options] as unknown as Parameters<typeof client.call<R>>));
	}
}
