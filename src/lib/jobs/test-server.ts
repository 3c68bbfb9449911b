import type { ServerJob } from '#contract/jobs';
import type { ServerEvent } from '#contract/socket';
import { present } from '#core/result';
import { JobFeed, type JobEvents } from '$lib/remote/job-feed';
import { createServerClient } from '$lib/remote/server-client';
import type { LinkState } from '$lib/remote/sync/server-link';
import { Told } from '$lib/remote/sync/told';
import type { ServerSide } from './server-side.ts';

type Item = { id: string; task: { output: { name: string; folder?: string } } };

/** A server in memory that makes nothing by itself: a test says how its jobs go on. It may be away, and lose answers on the way. */
export class TestServer implements JobEvents {
	readonly link = new Told<LinkState>('open');
	readonly jobs = new Map<string, ServerJob>();
	/** What was deleted: "m1", or "m1 a.mp4". */
	readonly deleted: string[] = [];
	/** How often each job was begun. */
	readonly begun = new Map<string, number>();
	/** Ids that name something else there. */
	readonly taken = new Set<string>();
	/** Groups of which it has nothing. */
	readonly lacks = new Set<string>();
	/** Answers that get lost, of those that come next. */
	lost = 0;
	#isAway = false;
	readonly #listeners = new Set<(event: ServerEvent) => void>();
	readonly #changed = new Set<() => void>();
	readonly #client = createServerClient('http://server.test', (url, init) => this.#answer(new URL(url), init));

	/** What it calls itself. */
	readonly id: string | undefined;
	/** Its address, as destinations name it. */
	readonly place: string;

	constructor({ id, place = '' }: { readonly id?: string; readonly place?: string } = {}) {
		this.id = id;
		this.place = place;
	}

	readonly side: ServerSide = {
		here: () => (this.#isAway ? undefined : { client: this.#client, place: this.place, id: this.id }),
		known: () => ({ place: this.place, id: this.id }),
		settled: () => Promise.resolve(),
		onChange: (listener) => {
			this.#changed.add(listener);
			return () => void this.#changed.delete(listener);
		},
		feed: new JobFeed(this, 10),
	};

	onEvent(listener: (event: ServerEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	goAway(): void {
		this.#isAway = true;
		this.link.set('connecting');
		this.#changed.forEach((listener) => listener());
	}

	comeBack(): void {
		this.#isAway = false;
		this.link.set('open');
		const jobs = [...this.jobs.values()].filter(({ endedAt }) => endedAt === undefined);
		this.#tell({ type: 'welcome', run: crypto.randomUUID(), seq: 0, jobs });
		this.#changed.forEach((listener) => listener());
	}

	/** A job goes on; nobody hears of it while the server is away. */
	change(id: string, change: Partial<ServerJob>): void {
		const job = { ...present(this.jobs.get(id), id), ...change };
		this.jobs.set(id, job);
		if (!this.#isAway) this.#tell({ type: 'job', seq: 1, job });
	}

	finish(id: string): void {
		const name = present(this.jobs.get(id), id).title;
		const result = {
			...{ fileName: name, files: [name], bytes: 5, frames: 25, durationS: 1, width: 16, height: 16 },
			...{ encoder: 'libx264 (ffmpeg on the server)', tookS: 1 },
		};
		this.change(id, { state: 'done', progress: 1, endedAt: new Date().toISOString(), result });
	}

	#tell(event: ServerEvent): void {
		for (const listener of this.#listeners) listener(event);
	}

	async #answer(url: URL, { method = 'GET', body }: RequestInit): Promise<Response> {
		if (this.#isAway) throw new TypeError('The server is away');
		const answer = this.#route(method, url, typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined);
		if (this.lost > 0) {
			this.lost -= 1;
			throw new TypeError('The answer was lost');
		}
		return Promise.resolve(answer);
	}

	#route(method: string, { pathname, searchParams }: URL, body: unknown): Response {
		const [, id = '', act = ''] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/u.exec(pathname) ?? [];
		const [, group = ''] = /^\/api\/exports\/groups\/([^/]+)$/u.exec(pathname) ?? [];
		if (pathname === '/api/exports') {
			const { items, group } = body as { items: Item[]; group?: string };
			const ids = items.map(({ id }) => id).filter((id) => this.taken.has(id));
			if (ids.length > 0) return json({ code: 'conflict', message: 'Known by another.', details: { ids } }, 409);
			return json({ group: group ?? 'g', jobs: items.map((item) => this.#begin(item, group)) }, 202);
		}
		if (pathname === '/api/jobs') return json({ seq: 0, jobs: [...this.jobs.values()].reverse() });
		if (this.lacks.has(group)) return json({ code: 'not_found', message: 'The server knows no such group.' }, 404);
		if (group !== '') {
			const only = searchParams.getAll('only');
			this.deleted.push(...(only.length === 0 ? [group] : only.map((path) => `${group} ${path}`)));
			return json({ removed: 1, trouble: [] });
		}
		const job = this.jobs.get(id);
		if (job === undefined) return json({ code: 'not_found', message: 'There is no such job.' }, 404);
		if (method === 'DELETE') {
			this.jobs.delete(id);
			return json({ removed: true });
		}
		if (act === 'cancel' && job.endedAt === undefined) {
			this.change(id, { state: 'cancelled', endedAt: new Date().toISOString() });
		}
		if (act === 'retry') {
			const again: ServerJob = { ...job, state: 'queued' };
			delete (again as { endedAt?: string }).endedAt;
			this.jobs.set(id, again);
			this.begun.set(id, (this.begun.get(id) ?? 0) + 1);
		}
		return json(this.jobs.get(id));
	}

	#begin({ id, task }: Item, group: string | undefined): ServerJob {
		const known = this.jobs.get(id);
		if (known !== undefined) return known;
		const job: ServerJob = {
			...{ id, kind: 'export', state: 'queued', title: `${task.output.name}.mp4`, device: '', priority: 0 },
			...{ progress: 0, step: '', attempts: 0, notes: [], createdAt: new Date().toISOString() },
			...(group !== undefined && { group }),
		};
		this.jobs.set(id, job);
		this.begun.set(id, 1);
		return job;
	}
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
