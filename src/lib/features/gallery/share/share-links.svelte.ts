import type { Capture } from '#contract/captures';
import { changeShare, createShare, listShares, revokeShare, type Share } from '#contract/shares';
import { Asking } from '$lib/app/asking.svelte';
import type { Connection } from '$lib/remote/connection';
import { shareAddress } from '$lib/remote/share-address';
import { DAY_S, type Terms } from './terms.ts';

/** A link that was made just now: its address is known only until the page forgets it. */
export interface MadeLink {
	readonly id: string;
	readonly url: string;
	/** The link as a QR code; absent where it would lead nowhere from another device. */
	readonly qrSvg: string | undefined;
}

/** The links to one capture. */
export class ShareLinks extends Asking {
	#links: readonly Share[] = $state.raw([]);
	#loaded = $state(false);
	#made: MadeLink | undefined = $state.raw();
	readonly #capture: string;

	constructor(connection: Pick<Connection, 'client'>, { id }: Pick<Capture, 'id'>) {
		super(connection);
		this.#capture = id;
	}

	/** Newest first. */
	get links(): readonly Share[] {
		return this.#links;
	}
	get loaded(): boolean {
		return this.#loaded;
	}
	/** The one made last. */
	get made(): MadeLink | undefined {
		return this.#made;
	}

	async load(): Promise<void> {
		const reply = await this.ask(listShares, { query: { capture: this.#capture } });
		if (reply !== undefined) this.#links = reply.shares;
		this.#loaded = true;
	}

	/** Whether there is a link now: `made` has its address. */
	async make({ expiresInS, password, maxViews, download }: Terms): Promise<boolean> {
		const body = {
			capture: this.#capture,
			expiresInS,
			maxViews,
			download,
			password: password === '' ? null : password,
		};
		const reply = await this.ask(createShare, { body });
		if (reply === undefined) return false;
		const { share, address, qrSvg } = reply;
		const url = shareAddress(this.connection.client ?? { base: '' }, address);
		this.#made = { id: share.id, url, qrSvg };
		this.#links = [share, ...this.#links];
		return true;
	}

	/** What is left out stays. */
	async change(id: string, terms: { -readonly [K in keyof Terms]?: Terms[K] | null }): Promise<boolean> {
		const { password, download, ...rest } = terms;
		const body = {
			...rest,
			...(typeof download === 'boolean' && { download }),
			...(password !== undefined && { password: password === '' ? null : password }),
		};
		return this.#put(await this.ask(changeShare, { params: { id }, body }));
	}

	async revoke(id: string): Promise<boolean> {
		if (this.#made?.id === id) this.#made = undefined;
		return this.#put(await this.ask(revokeShare, { params: { id } }));
	}

	#put(changed: Share | undefined): boolean {
		if (changed === undefined) return false;
		this.#links = this.#links.map((link) => (link.id === changed.id ? changed : link));
		return true;
	}
}

/** How long a link made by a press of one button lasts. */
export const FIRST_TERMS: Terms = { expiresInS: 30 * DAY_S, password: '', maxViews: null, download: true };
