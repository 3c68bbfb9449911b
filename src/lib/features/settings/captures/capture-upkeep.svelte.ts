import {
	getCaptureDefaults,
	getCaptureUsage,
	getRetention,
	previewRetention,
	runRetention,
	setCaptureDefaults,
	setRetention,
	type CaptureDefaults,
	type Retention,
} from '#contract/captures';
import { Asking } from '$lib/app/asking.svelte';
import type { ReplyOf } from '$lib/remote/server-client';

export type Usage = ReplyOf<typeof getCaptureUsage>;
export type RetentionState = ReplyOf<typeof getRetention>;
export type RetentionPreview = ReplyOf<typeof previewRetention>;

/** What the server takes by one press, what it clears away by itself, and how much room all of it takes. */
export class CaptureUpkeep extends Asking {
	#usage: Usage | undefined = $state.raw();
	#defaults: CaptureDefaults | undefined = $state.raw();
	#retention: RetentionState | undefined = $state.raw();
	/** As the person is about to set it. */
	#rule: Retention = $state.raw({ maxAgeDays: null, maxBytes: null });
	#preview: RetentionPreview | undefined = $state.raw();
	/** Of the preview that was asked for last. */
	#asked = 0;

	get usage(): Usage | undefined {
		return this.#usage;
	}
	get defaults(): CaptureDefaults | undefined {
		return this.#defaults;
	}
	get retention(): RetentionState | undefined {
		return this.#retention;
	}
	get rule(): Retention {
		return this.#rule;
	}
	/** What `rule` would clear away now; undefined until that is known. */
	get preview(): RetentionPreview | undefined {
		return this.#preview;
	}
	/** What is set differs from what the server does. */
	get isChanged(): boolean {
		const kept = this.#retention?.rule;
		return kept !== undefined && (kept.maxAgeDays !== this.#rule.maxAgeDays || kept.maxBytes !== this.#rule.maxBytes);
	}

	async load(): Promise<void> {
		const [usage, defaults, retention] = await Promise.all([
			this.ask(getCaptureUsage, {}),
			this.ask(getCaptureDefaults, {}),
			this.ask(getRetention, {}),
		]);
		[this.#usage, this.#defaults, this.#retention] = [usage, defaults, retention];
		if (retention !== undefined) await this.choose(retention.rule);
	}

	/** At once: it shows what was kept. */
	async setDefaults(defaults: CaptureDefaults): Promise<void> {
		const kept = await this.ask(setCaptureDefaults, { body: defaults });
		if (kept !== undefined) this.#defaults = kept;
	}

	/** Shows what the rule would do; it is not set yet. */
	async choose(change: Partial<Retention>): Promise<void> {
		this.#rule = { ...this.#rule, ...change };
		const mine = (this.#asked += 1);
		const preview = await this.ask(previewRetention, { body: this.#rule });
		if (mine === this.#asked) this.#preview = preview;
	}

	/** Whether the server does so from now on. */
	async keepRule(): Promise<boolean> {
		const kept = await this.ask(setRetention, { body: this.#rule });
		if (kept === undefined) return false;
		await this.load();
		return true;
	}

	/** What was removed; the rule that is set, not one that is about to be. */
	async run(): Promise<void> {
		if ((await this.ask(runRetention, {})) !== undefined) await this.load();
	}
}
