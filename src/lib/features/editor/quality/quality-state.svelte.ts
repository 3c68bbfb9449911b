import type { Quality } from '#contract/streaming';
import { failureText } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { err, isAbort, ok, type Result } from '#core/result';
import { openLive } from '$lib/media/live/open-live';
import type { View } from '$lib/media/player/view';
import { openRemote } from '$lib/media/remote-bytes/open-remote';
import { serverFailureText } from '$lib/remote/server-failure';
import type { ServerView } from '$lib/remote/server-view';
import type { SettingsStore } from '$lib/storage/storage';
import type { PlayerState } from '../player/player-state.svelte.ts';
import { text } from './text.ts';
import { STAND_IN, undecodable, VIEWED_KEY, Viewed } from './viewed.ts';

/** How often a copy that is being made is looked at, and a server that is away, in milliseconds. */
const LOOK_MS = 1000;
const AWAY_MS = 3000;

export interface QualityParts {
	readonly facts: MediaFacts;
	readonly server: Pick<ServerView, 'copy' | 'copyUrl' | 'liveUrl'>;
	/** What the copy is called where new addresses are asked for. */
	readonly idOf: (quality: Quality) => string;
	readonly settings: Pick<SettingsStore, 'get' | 'set'>;
}

/**
 * What a person looks at of a file on a server: itself, or a copy. One that is not ready is looked at while it is made; the player changes to the
 * whole once it is there. What is marked and exported is always the file.
 */
export class QualityState {
	readonly facts: MediaFacts;
	#chosen: Viewed = $state('original');
	#making = $state(false);
	/** 0..1, when the server tells. */
	#share: number | undefined = $state();
	#problem = $state('');
	#player: PlayerState | undefined;
	/** Of what was chosen last. */
	#work = new AbortController();
	readonly #parts: QualityParts;
	/** The codec for which the original cannot be looked at. */
	readonly lacking: string | undefined;

	constructor(parts: QualityParts) {
		this.#parts = parts;
		this.facts = parts.facts;
		this.lacking = undecodable(parts.facts);
	}

	/** What is looked at: a copy also where the original was chosen and cannot be. */
	get viewed(): Viewed {
		return this.#chosen === 'original' && this.lacking !== undefined ? STAND_IN : this.#chosen;
	}
	/** What is being made now, for those who want to know; empty when nothing is. */
	get progress(): string {
		return this.#making ? text.making(this.viewed, this.facts, this.#share) : '';
	}
	/** What the person should know; a sentence, or empty. */
	get line(): string {
		if (this.#problem !== '') return this.#problem;
		return this.lacking === undefined ? '' : text.undecodable(this.lacking, this.viewed, this.facts);
	}

	/** What a player that opens should look at. Never rejects. */
	async first(player: PlayerState): Promise<View> {
		this.#player = player;
		this.#chosen = (await this.#parts.settings.get(VIEWED_KEY, Viewed)) ?? 'original';
		const view = await this.#begin();
		if (view.ok) return view.value;
		this.#problem = view.error;
		return { kind: 'file' };
	}

	/** Looks at the file in this quality from now on, on this device. */
	async choose(viewed: Viewed): Promise<void> {
		this.#chosen = viewed;
		void this.#parts.settings.set(VIEWED_KEY, viewed);
		const view = await this.#begin();
		const problem = view.ok ? await this.#show(view.value) : view.error;
		if (problem !== undefined) this.#problem = text.noView(problem);
	}

	dispose(): void {
		this.#work.abort();
	}

	/** Ends what was chosen before. */
	async #begin(): Promise<Result<View, string>> {
		this.#work.abort();
		const { signal } = (this.#work = new AbortController());
		[this.#making, this.#share, this.#problem] = [false, undefined, ''];
		const { viewed } = this;
		if (viewed === 'original') return ok({ kind: 'file' });
		try {
			// Asked at the same time: the first picture is waited for.
			const [copy, live] = await Promise.all([
				this.#parts.server.copy(viewed, true, signal),
				this.#live(viewed === 'high' ? 'medium' : viewed, signal),
			]);
			if (!copy.ok) return err(serverFailureText(copy.error));
			if (copy.value.state === 'ready') return await this.#whole(viewed);
			if (copy.value.state === 'failed') return err(text.copyFailed(viewed, this.facts, copy.value.message ?? ''));
			this.#making = true;
			this.#share = copy.value.job?.progress;
			void this.#follow(viewed, signal);
			return live;
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
			// Something else was chosen meanwhile, and asks itself.
			return ok({ kind: 'file' });
		}
	}

	async #live(quality: Exclude<Quality, 'high'>, signal: AbortSignal): Promise<Result<View, string>> {
		const url = await this.#parts.server.liveUrl(quality);
		if (!url.ok) return err(serverFailureText(url.error));
		const list = await openLive(url.value, this.facts.name, signal);
		return list.ok ? ok({ kind: 'live', list: list.value }) : err(failureText(list.error));
	}

	async #whole(quality: Quality): Promise<Result<View, string>> {
		const url = await this.#parts.server.copyUrl(quality);
		if (!url.ok) return err(serverFailureText(url.error));
		const id = this.#parts.idOf(quality);
		const file = await openRemote({ url: url.value, name: this.facts.name, id });
		return file.ok ? ok({ kind: 'copy', file: file.value }) : err(failureText(file.error));
	}

	/** Waits for the copy, and looks at it then. */
	async #follow(quality: Quality, signal: AbortSignal): Promise<void> {
		try {
			let make = false;
			for (;;) {
				const copy = await this.#parts.server.copy(quality, make, signal);
				if (copy.ok && copy.value.state === 'ready') break;
				if (copy.ok && copy.value.state === 'failed') {
					this.#problem = text.copyFailed(quality, this.facts, copy.value.message ?? '');
					this.#making = false;
					return;
				}
				// A job that is gone, cancelled by somebody or with its server, is begun anew.
				make = copy.ok && copy.value.state === 'none';
				this.#share = copy.ok ? copy.value.job?.progress : undefined;
				await pause(copy.ok ? LOOK_MS : AWAY_MS, signal);
			}
			const view = await this.#whole(quality);
			signal.throwIfAborted();
			this.#making = false;
			const problem = view.ok ? await this.#show(view.value) : view.error;
			if (problem !== undefined && !signal.aborted) this.#problem = text.noView(problem);
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		}
	}

	async #show(view: View): Promise<string | undefined> {
		return this.#player?.lookAt(view);
	}
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, ms);
		const stop = (): void => {
			clearTimeout(timer);
			reject(new DOMException('Something else was chosen', 'AbortError'));
		};
		if (signal.aborted) stop();
		else signal.addEventListener('abort', stop, { once: true });
	});
}
