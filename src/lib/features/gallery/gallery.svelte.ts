import { listCaptures, type Capture, type CaptureSort, type CaptureType } from '#contract/captures';
import type { ServerEvent } from '#contract/socket';
import type { SourceKind } from '#contract/sources';
import { isAbort, type Result } from '#core/result';
import { idSet } from '$lib/app/id-set';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';

/** What is shown of the gallery, and in which order. */
export interface GalleryFilter {
	readonly type: CaptureType | 'all';
	readonly source: SourceKind | 'all';
	readonly favourites: boolean;
	/** Words that all stand in the name, title or subtitle. */
	readonly query: string;
	/** Days of this device, both included; empty: no limit. */
	readonly from: string;
	readonly to: string;
	readonly sort: CaptureSort;
}

export const NO_FILTER: GalleryFilter = {
	...{ type: 'all', source: 'all', favourites: false, query: '', from: '', to: '', sort: '-created' },
};

export interface GalleryParts {
	readonly connection: Pick<Connection, 'client'>;
	readonly sharing: { onEvent(listener: (event: ServerEvent) => void): () => void };
}

type Question = (signal: AbortSignal) => Promise<Result<unknown, ServerFailure>>;

const FIRST_PAGE = 100;
/** The most that the server gives at once. */
const PAGE = 500;
/** Many captures that are made at once are asked for once, in milliseconds. */
const CALM_MS = 150;

/** The captures of the server, as far as they were needed: page by page, and told of changes by the socket. */
export class Gallery {
	#items: readonly Capture[] = $state.raw([]);
	#total = $state(0);
	#answers = $state(0);
	#problem = $state('');
	#filter: GalleryFilter = $state.raw(NO_FILTER);
	/** How far jobs are that were told of since the page was read. */
	#progress: Readonly<Record<string, number>> = $state.raw({});
	#next: string | null = null;
	#needed = 0;
	#loading = false;
	/** The question under way, and those that came up meanwhile. */
	#turn: Promise<void> = Promise.resolve();
	/** What was asked before the filter changed no longer counts. */
	#look = new AbortController();
	#timer: ReturnType<typeof setTimeout> | undefined;
	#stale = false;
	readonly #parts: GalleryParts;
	readonly #calmMs: number;

	/** @param calmMs Time between word of a change and asking for it; 150 unless a test says otherwise. */
	constructor(parts: GalleryParts, calmMs = CALM_MS) {
		this.#parts = parts;
		this.#calmMs = calmMs;
	}

	/** The first of all, as many as were needed so far. */
	get items(): readonly Capture[] {
		return this.#items;
	}
	/** How many there are with this filter. */
	get total(): number {
		return this.#total;
	}
	/** An answer has come. */
	get loaded(): boolean {
		return this.#answers > 0;
	}
	/** Rises with each look at the server. */
	get answers(): number {
		return this.#answers;
	}
	/** Why what is shown is not all, and the next step; empty while all is well. */
	get problem(): string {
		return this.#problem;
	}
	get filter(): GalleryFilter {
		return this.#filter;
	}
	get isFiltered(): boolean {
		return Object.entries(NO_FILTER).some(
			([name, value]) => name !== 'sort' && this.#filter[name as keyof GalleryFilter] !== value,
		);
	}

	/** 0..1 */
	progressOf({ job, progress }: Capture): number {
		return Math.max(progress, job === undefined ? 0 : (this.#progress[job] ?? 0));
	}

	/** Follows the server until the returned function is called. */
	start(): () => void {
		if (this.#look.signal.aborted) this.#look = new AbortController();
		const unsubscribe = this.#parts.sharing.onEvent((event) => this.#hear(event));
		void this.refresh();
		return () => {
			unsubscribe();
			clearTimeout(this.#timer);
			this.#look.abort();
		};
	}

	choose(change: Partial<GalleryFilter>): Promise<void> {
		this.#filter = { ...this.#filter, ...change };
		this.#look.abort();
		this.#look = new AbortController();
		this.#loading = false;
		this.#needed = 0;
		return this.refresh();
	}

	/** Asks for more until the first `count` are there, or all. */
	async need(count: number): Promise<void> {
		this.#needed = Math.max(this.#needed, count);
		if (this.#next === null || this.#items.length >= this.#needed) return;
		await this.#ask(async (signal) => {
			while (this.#next !== null && this.#items.length < this.#needed) {
				const page = await this.#page(this.#next, this.#needed - this.#items.length, signal);
				if (!page.ok) return page;
				const known = idSet(this.#items.map(({ id }) => id));
				this.#items = [...this.#items, ...page.value.items.filter(({ id }) => !known.has(id))];
				this.#take(page.value);
			}
			return { ok: true, value: undefined };
		});
	}

	/** Every capture with this filter. */
	async all(): Promise<readonly Capture[]> {
		await this.need(this.#total);
		return this.#items;
	}

	/** Asks anew for as many as are shown. */
	async refresh(): Promise<void> {
		this.#stale = true;
		await this.#ask(async (signal) => {
			this.#stale = false;
			const items: Capture[] = [];
			let next: string | undefined;
			for (;;) {
				const page = await this.#page(next, Math.max(FIRST_PAGE, this.#needed) - items.length, signal);
				if (!page.ok) return page;
				items.push(...page.value.items);
				next = page.value.next ?? undefined;
				if (next !== undefined && items.length < this.#needed) continue;
				this.#items = items;
				this.#take(page.value);
				return page;
			}
		});
	}

	/** What the server answered about one that is shown. */
	put(capture: Capture): void {
		this.#items = this.#items.map((one) => (one.id === capture.id ? capture : one));
	}

	drop(ids: readonly string[]): void {
		const gone = idSet(ids);
		const left = this.#items.filter(({ id }) => !gone.has(id));
		this.#total = Math.max(0, this.#total - (this.#items.length - left.length));
		this.#items = left;
	}

	#take({ next, total }: { readonly next: string | null; readonly total: number }): void {
		this.#next = next;
		this.#total = total;
	}

	#hear(event: ServerEvent): void {
		if (event.type === 'job' && event.job.kind === 'capture') {
			this.#progress = { ...this.#progress, [event.job.id]: event.job.progress };
		}
		if (event.type === 'captures' || event.type === 'welcome') this.#refreshSoon();
	}

	#refreshSoon(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.refresh(), this.#calmMs);
	}

	#page(cursor: string | undefined, wanted: number, signal: AbortSignal) {
		const { client } = this.#parts.connection;
		if (client === undefined)
			return Promise.resolve({ ok: false, error: { kind: 'offline', cause: 'no server' } } as const);
		const { type, source, favourites, query, from, to, sort } = this.#filter;
		return client.call(listCaptures, {
			query: {
				...(type !== 'all' && { type }),
				...(source !== 'all' && { source }),
				...(favourites && { favourite: 'true' as const }),
				...(query.trim() !== '' && { query: query.trim() }),
				...(from !== '' && { from: startOfDay(from, 0) }),
				...(to !== '' && { to: startOfDay(to, 1) }),
				...(cursor !== undefined && { cursor }),
				sort,
				limit: Math.min(PAGE, Math.max(FIRST_PAGE, wanted)),
			},
			signal,
		});
	}

	/** One question at a time; what came up meanwhile is asked after it. */
	#ask(question: Question): Promise<void> {
		if (!this.#loading) {
			this.#loading = true;
			this.#turn = this.#answer(question, this.#look.signal);
		}
		return this.#turn;
	}

	async #answer(question: Question, signal: AbortSignal): Promise<void> {
		try {
			const answer = await question(signal);
			if (signal.aborted) return;
			this.#problem = answer.ok ? '' : serverFailureText(answer.error);
			this.#answers += 1;
			this.#loading = false;
			if (!answer.ok) return;
			if (this.#stale) await this.refresh();
			else if (this.#next !== null && this.#items.length < this.#needed) await this.need(this.#needed);
		} catch (thrown) {
			if (!isAbort(thrown)) throw thrown;
		}
	}
}

/** Midnight of this device, `later` days after the date "2026-11-30". */
function startOfDay(date: string, later: number): string {
	const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
	return new Date(year, month - 1, day + later).toISOString();
}
