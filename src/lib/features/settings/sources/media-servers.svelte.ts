import { getFolder, getLibrary, type LibraryFolder, type LibraryRoot } from '#contract/library';
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
import { Asking } from '$lib/app/asking.svelte';
import { askServer } from '$lib/remote/ask-server';

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
export class MediaServers extends Asking {
	#sources: readonly Source[] = $state.raw([]);
	#loaded = $state(false);

	get sources(): readonly Source[] {
		return this.#sources;
	}
	get loaded(): boolean {
		return this.#loaded;
	}

	async load(): Promise<void> {
		const listed = await this.ask(listSources, {});
		if (listed !== undefined) this.#sources = listed.sources;
		this.#loaded = true;
	}

	/** What stands at a typed address; undefined where not even that could be asked: `problem` says why. */
	testNew({ kind, address, secret }: TypedSource): Promise<SourceTest | undefined> {
		const body = { kind, address: withScheme(address), secret };
		return this.ask(testNewSource, { body, timeoutMs: TEST_TIMEOUT_MS });
	}

	async test({ status }: Source): Promise<SourceTest | undefined> {
		const found = await this.ask(testSource, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
		await this.#refresh();
		return found;
	}

	/** Whether it is there now. */
	async add({ kind, address, secret, label }: TypedSource): Promise<boolean> {
		const body = { kind, address: withScheme(address), secret, ...(label.trim() !== '' && { label }) };
		const added = await this.ask(addSource, { body, timeoutMs: TEST_TIMEOUT_MS });
		if (added !== undefined) await this.#triedOnce(added);
		return added !== undefined;
	}

	async change({ status }: Source, { address, secret, label }: TypedSource): Promise<boolean> {
		const body = {
			...(address.trim() !== '' && { address: withScheme(address) }),
			...(secret.trim() !== '' && { secret }),
			label: label.trim() === '' ? null : label,
		};
		const changed = await this.ask(changeSource, {
			params: { id: status.id },
			body,
			timeoutMs: TEST_TIMEOUT_MS,
		});
		if (changed !== undefined) await this.#triedOnce(changed);
		return changed !== undefined;
	}

	async remove({ status }: Source): Promise<boolean> {
		const removed = await this.ask(removeSource, { params: { id: status.id } });
		await this.#refresh();
		return removed !== undefined;
	}

	paths({ status }: Source): Promise<SourcePaths | undefined> {
		return this.ask(getSourcePaths, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
	}

	setPaths({ status }: Source, mappings: readonly PathMapping[]): Promise<SourcePaths | undefined> {
		const options = { params: { id: status.id }, body: { mappings }, timeoutMs: TEST_TIMEOUT_MS };
		return this.ask(setSourcePaths, options);
	}

	async roots(): Promise<readonly LibraryRoot[]> {
		return (await this.ask(getLibrary, {}))?.roots ?? [];
	}

	/** The folders that lie in one. */
	async foldersIn(id: string): Promise<readonly LibraryFolder[]> {
		return (await this.ask(getFolder, { params: { id } }))?.folders ?? [];
	}

	/** What was just set is asked at once: otherwise that waits until somebody looks at what plays. */
	async #triedOnce({ status }: Source): Promise<void> {
		await askServer(this.connection.client, testSource, { params: { id: status.id }, timeoutMs: TEST_TIMEOUT_MS });
		await this.#refresh();
	}

	/** Shows what changed, without taking away what was said. */
	async #refresh(): Promise<void> {
		const listed = await askServer(this.connection.client, listSources, {});
		if (listed.ok) this.#sources = listed.value.sources;
	}
}

/** `nas:32400` is meant as `http://nas:32400`. */
const withScheme = (typed: string): string => {
	const address = typed.trim();
	return /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
};
