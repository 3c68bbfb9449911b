import {
	changeCapture,
	deleteCaptures,
	getCapture,
	getCaptureUsage,
	prepareCaptureArchive,
	retryCapture,
	type Capture,
} from '#contract/captures';
import type { RouteShape } from '#contract/route';
import { downloadFrom } from '$lib/app/download';
import { askServer } from '$lib/remote/ask-server';
import type { Connection } from '$lib/remote/connection';
import type { CallOptions, ReplyOf } from '$lib/remote/server-client';
import { serverFailureText } from '$lib/remote/server-failure';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { Gallery } from './gallery.svelte.ts';
import { text } from './text.ts';

/** The most captures that one request may name. */
const AT_ONCE = 1000;

export interface DeedParts {
	readonly connection: Pick<Connection, 'client' | 'mediaUrl'>;
	readonly toasts: Pick<Toasts, 'show'>;
	/** What is shown follows. */
	readonly gallery: Pick<Gallery, 'put' | 'drop'>;
}

/** What a person does with captures. What could not be done is told. */
export class GalleryDeeds {
	/** The file is being put together by the server. */
	#packing = $state(false);
	#usage: Usage | undefined = $state.raw();
	readonly #parts: DeedParts;

	constructor(parts: DeedParts) {
		this.#parts = parts;
	}

	get packing(): boolean {
		return this.#packing;
	}
	/** Undefined until it is known. */
	get usage(): Usage | undefined {
		return this.#usage;
	}

	async readUsage(): Promise<void> {
		const { client } = this.#parts.connection;
		const reply = await client?.call(getCaptureUsage);
		if (reply?.ok === true) this.#usage = reply.value;
	}

	/** One that need not be among those shown. */
	async find(id: string): Promise<Capture | undefined> {
		return this.#do(getCapture, { params: { id } });
	}

	rename({ id }: Capture, name: string): Promise<boolean> {
		return this.#change(id, { name });
	}

	favour({ id }: Capture, favourite: boolean): Promise<boolean> {
		return this.#change(id, { favourite });
	}

	async retry({ id }: Capture): Promise<void> {
		const again = await this.#do(retryCapture, { params: { id } });
		if (again !== undefined) this.#parts.gallery.put(again);
	}

	/** Row, file and links. Gives those that are gone. */
	async remove(ids: readonly string[]): Promise<readonly string[]> {
		const gone: string[] = [];
		for (let at = 0; at < ids.length; at += AT_ONCE) {
			const reply = await this.#do(deleteCaptures, { body: { ids: ids.slice(at, at + AT_ONCE) } });
			if (reply === undefined) break;
			gone.push(...reply.deleted);
			const [trouble] = reply.trouble;
			if (trouble !== undefined) this.#parts.toasts.show({ kind: 'error', text: trouble });
		}
		this.#parts.gallery.drop(gone);
		if (gone.length > 0) this.#parts.toasts.show({ kind: 'info', text: text.deleted(gone.length) });
		void this.readUsage();
		return gone;
	}

	/** One as its file, several as one ZIP: the browser takes it in while it comes. */
	async save(captures: readonly Capture[]): Promise<void> {
		const whole = captures.filter(({ status }) => status === 'complete');
		const [only] = whole;
		if (only === undefined) return void this.#parts.toasts.show({ kind: 'warning', text: text.nothingToSave });
		if (whole.length === 1) return this.#saveFrom(`/api/captures/${only.id}/file?download=true`);
		if (whole.length > AT_ONCE)
			return void this.#parts.toasts.show({ kind: 'warning', text: text.tooMany(AT_ONCE, whole.length) });
		this.#packing = true;
		try {
			const prepared = await this.#do(prepareCaptureArchive, { body: { ids: whole.map(({ id }) => id) } });
			if (prepared !== undefined) await this.#saveFrom(`/api/captures/archives/${prepared.archive}`);
		} finally {
			this.#packing = false;
		}
	}

	/** Where a tag of the page finds the file; undefined when the server does not tell. */
	async fileUrl({ id }: Capture): Promise<string | undefined> {
		const url = await this.#parts.connection.mediaUrl(`/api/captures/${id}/file`);
		return url.ok ? url.value : undefined;
	}

	/** A small picture of a complete one that has a picture. */
	async thumbnailUrl({ id, status, format }: Capture, width: 320 | 640): Promise<string | undefined> {
		if (status !== 'complete' || format === 'mp3') return undefined;
		const url = await this.#parts.connection.mediaUrl(`/api/captures/${id}/thumbnail?width=${width}`);
		return url.ok ? url.value : undefined;
	}

	async #saveFrom(path: `/api/captures/${string}`): Promise<void> {
		const url = await this.#parts.connection.mediaUrl(path);
		if (url.ok) downloadFrom(url.value);
		else this.#parts.toasts.show({ kind: 'error', text: serverFailureText(url.error) });
	}

	async #change(id: string, body: { readonly name?: string; readonly favourite?: boolean }): Promise<boolean> {
		const changed = await this.#do(changeCapture, { params: { id }, body });
		if (changed !== undefined) this.#parts.gallery.put(changed);
		return changed !== undefined;
	}

	async #do<R extends RouteShape>(route: R, options: CallOptions<R>): Promise<ReplyOf<R> | undefined> {
		const { connection, toasts } = this.#parts;
		const reply = await askServer(connection.client, route, options);
		if (reply.ok) return reply.value;
		toasts.show({ kind: 'error', text: serverFailureText(reply.error) });
		return undefined;
	}
}

/** Bytes; `freeBytes` is null where the disk does not tell. */
export type Usage = ReplyOf<typeof getCaptureUsage>;
