import { Cron } from 'croner';
import type * as z from 'zod';
import { Retention as Rule, runRetention } from '#contract/captures';
import type { Settings } from '../db/settings.ts';
import type { Log } from '../log/logger.ts';
import type { Captures } from './captures.ts';

export type RetentionRun = z.infer<(typeof runRetention.replies)[200]>;

const RULE = 'captures.retention';
const LAST = 'captures.retention.last';
const NO_RULE: Rule = { maxAgeDays: null, maxBytes: null };
const DAY_MS = 86_400_000;
/** Every day at half past four, when nobody watches. */
const DAILY = '30 4 * * *';

/** Clears captures away by age and by size, the oldest first. Favourites and what is being made stay. */
export class CaptureRetention {
	readonly #captures: Captures;
	readonly #settings: Settings;
	readonly #log: Pick<Log, 'info' | 'warn'>;
	readonly #now: () => number;
	#daily: Cron | undefined;
	#running: Promise<RetentionRun> | undefined;

	constructor(captures: Captures, settings: Settings, log: Pick<Log, 'info' | 'warn'>, now: () => number = Date.now) {
		this.#captures = captures;
		this.#settings = settings;
		this.#log = log;
		this.#now = now;
	}

	start(onError: (error: unknown) => void): void {
		this.#daily ??= new Cron(DAILY, { protect: true, unref: true, catch: onError }, async () => {
			await this.run();
		});
	}

	close(): void {
		this.#daily?.stop();
		this.#daily = undefined;
	}

	get rule(): Rule {
		return this.#settings.get(RULE, Rule) ?? NO_RULE;
	}

	set rule(rule: Rule) {
		this.#settings.set(RULE, rule);
	}

	get last(): RetentionRun | null {
		return this.#settings.get(LAST, runRetention.replies[200]) ?? null;
	}

	get nextAt(): string | null {
		return this.#daily?.nextRun()?.toISOString() ?? null;
	}

	/** What `rule` would clear away now, oldest first. */
	due(rule: Rule): readonly { readonly id: string; readonly bytes: number }[] {
		const { maxAgeDays, maxBytes } = rule;
		const before = maxAgeDays === null ? -Infinity : this.#now() - maxAgeDays * DAY_MS;
		let left = this.#captures.rows.usage().bytes;
		return this.#captures.rows.clearable().filter(({ bytes, createdAt }) => {
			const isDue = createdAt < before || (maxBytes !== null && left > maxBytes);
			if (isDue) left -= bytes;
			return isDue;
		});
	}

	/** Those who ask while it runs get the same run. */
	run(): Promise<RetentionRun> {
		this.#running ??= this.#clear().finally(() => (this.#running = undefined));
		return this.#running;
	}

	async #clear(): Promise<RetentionRun> {
		const due = this.due(this.rule);
		const { deleted, trouble } = await this.#captures.remove(
			due.map(({ id }) => id),
			'favourites',
		);
		const gone = new Set(deleted);
		const bytes = due.filter(({ id }) => gone.has(id)).reduce((sum, one) => sum + one.bytes, 0);
		const run: RetentionRun = {
			at: new Date(this.#now()).toISOString(),
			removed: deleted.length,
			bytes,
			trouble: [...trouble],
		};
		this.#settings.set(LAST, run);
		if (deleted.length > 0) this.#log.info(`Cleared away ${deleted.length} captures, ${Math.round(bytes / 1e6)} MB.`);
		for (const sentence of trouble) this.#log.warn(sentence);
		return run;
	}
}
