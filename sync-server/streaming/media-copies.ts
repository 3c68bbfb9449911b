import * as z from 'zod';
import type { ServerJob } from '#contract/jobs';
import { type CachedCopy, Quality } from '#contract/streaming';
import type { Failure } from '#core/failure';
import { err, isAbort, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobContext, JobFailure, JobHandler, JobQueue } from '../jobs/job-queue.ts';
import { apiErrorOf } from '../library/failures.ts';
import type { ProbedFile } from '../library/media-files.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import type { OpenFile } from '../static/open-file.ts';
import { copyArgs, type CopyKind, copyRecipe, type CopyRecipe } from './copy-recipes.ts';
import type { CacheItem, MediaCache } from './media-cache.ts';
import { outcomeOf } from './run-failure.ts';

const Payload = z.object({ mediaId: z.string(), kind: z.union([Quality, z.literal('audio')]) });

/** A copy that failed is not tried again by those who merely ask, for so long. */
const FAILED_MS = 5 * 60_000;
const STALL_MS = 60_000;
/** Failures that another try may not meet. */
const MAY_PASS: ReadonlySet<Failure['kind']> = new Set(['worker-crashed', 'out-of-space']);

export type CopyState =
	| { readonly kind: 'ready'; readonly file: OpenFile; readonly recipe: CopyRecipe; readonly name: string }
	| { readonly kind: 'making'; readonly job: ServerJob };

interface Plan {
	readonly probed: ProbedFile;
	readonly recipe: CopyRecipe;
	readonly item: CacheItem;
}

/** Whole copies of films in the qualities that people choose, made by jobs and kept in the cache. */
export class MediaCopies {
	readonly #library: MediaLibrary;
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #jobs: JobQueue;
	readonly #failed = new Map<string, { readonly failure: Failure; readonly atMs: number }>();

	constructor(library: MediaLibrary, cache: MediaCache, ffmpeg: Ffmpeg, jobs: JobQueue) {
		this.#library = library;
		this.#cache = cache;
		this.#ffmpeg = ffmpeg;
		this.#jobs = jobs;
		jobs.handle('transcode', this.#handler);
		jobs.handle('audio', this.#handler);
	}

	/** The copy, open, or the job that makes it: one for all who ask. */
	async get(mediaId: string, kind: CopyKind, device = ''): Promise<Result<CopyState, Failure>> {
		const planned = await this.#plan(mediaId, kind);
		if (!planned.ok) return planned;
		const { probed, recipe, item } = planned.value;
		const file = await this.#cache.open(item);
		const { name } = probed.facts;
		if (file !== undefined) return ok({ kind: 'ready', file, recipe, name });
		const failure = this.#failureOf(item);
		if (failure !== undefined) return err(failure);
		const [job] = this.#jobs.enqueue([
			{
				kind: kind === 'audio' ? 'audio' : 'transcode',
				lane: 'interactive',
				title: kind === 'audio' ? `${name} (sound)` : `${name} (${kind})`,
				payload: { mediaId, kind } satisfies z.infer<typeof Payload>,
				device,
				key: keyOf(item),
				maxAttempts: 2,
			},
		]);
		return job === undefined
			? err({ kind: 'unexpected', subject: name, detail: 'no job was made' })
			: ok({ kind: 'making', job });
	}

	/** What there is of each kind; nothing is made. */
	async states(mediaId: string): Promise<Result<Record<CopyKind, CachedCopy | null>, Failure>> {
		const probed = await this.#library.probe(mediaId);
		if (!probed.ok) return probed;
		const active = this.#jobs.list({ state: 'active', limit: 500 });
		const state = (kind: CopyKind): CachedCopy | null => {
			const plan = planOf(probed.value, kind);
			if (plan === undefined) return null;
			const { how } = plan.recipe;
			const bytes = this.#cache.has(plan.item);
			if (bytes !== undefined) return { state: 'ready', bytes, how };
			const job = active.find(({ id }) => {
				const payload = Payload.safeParse(this.#jobs.payload(id));
				return payload.success && payload.data.mediaId === mediaId && payload.data.kind === kind;
			});
			if (job !== undefined) return { state: 'making', job, how };
			const failure = this.#failureOf(plan.item);
			return failure === undefined
				? { state: 'none', how }
				: { state: 'failed', how, message: apiErrorOf(failure).message };
		};
		return ok({
			potato: state('potato'),
			low: state('low'),
			medium: state('medium'),
			high: state('high'),
			audio: state('audio'),
		});
	}

	readonly #handler: JobHandler = async (payload, context) => {
		const { mediaId, kind } = Payload.parse(payload);
		const planned = await this.#plan(mediaId, kind);
		if (!planned.ok) return err(jobFailure(planned.error));
		const made = await this.#make(planned.value, context);
		if (made.ok) return ok({ bytes: this.#cache.has(planned.value.item) ?? 0 });
		this.#failed.set(keyOf(planned.value.item), { failure: made.error, atMs: performance.now() });
		return err(jobFailure(made.error));
	};

	async #make({ probed, recipe, item }: Plan, context: JobContext): Promise<Result<void, Failure>> {
		const { signal } = context;
		const { facts, file } = probed;
		const needed = await this.#ffmpeg.need(facts.name);
		if (!needed.ok) return needed;
		const making = this.#cache.make(
			item,
			async (path, stop) => {
				const end = await this.#ffmpeg.run(copyArgs(recipe, file.path, path), {
					signal: stop,
					stallMs: STALL_MS,
					onProgress: ({ outS, speed }) => {
						const progress = facts.durationS > 0 ? Math.min(1, Math.max(0, outS / facts.durationS)) : 0;
						const leftS = facts.durationS - outS;
						context.onProgress({
							progress,
							step: recipe.how === 'copy' ? 'Copying' : 'Encoding',
							...(speed !== undefined && speed > 0 && { speed, etaS: Math.max(0, leftS / speed) }),
						});
					},
					onLog: (line) => context.log(line.replaceAll(file.path, facts.name)),
				});
				return outcomeOf(end, file.path, facts.name);
			},
			{ signal, expectedBytes: recipe.expectedBytes },
		);
		try {
			return await making;
		} catch (thrown) {
			// Nothing of it runs any more when the job ends.
			if (isAbort(thrown)) await this.#cache.settled(item);
			throw thrown;
		}
	}

	async #plan(mediaId: string, kind: CopyKind): Promise<Result<Plan, Failure>> {
		const probed = await this.#library.probe(mediaId);
		if (!probed.ok) return probed;
		const plan = planOf(probed.value, kind);
		if (plan !== undefined) return ok(plan);
		const detail = kind === 'audio' ? 'it has no sound' : 'it has no picture';
		return err({ kind: 'unsupported', subject: probed.value.facts.name, detail });
	}

	#failureOf(item: CacheItem): Failure | undefined {
		const key = keyOf(item);
		const failed = this.#failed.get(key);
		if (failed === undefined) return undefined;
		if (performance.now() - failed.atMs < FAILED_MS) return failed.failure;
		this.#failed.delete(key);
		return undefined;
	}
}

function planOf(probed: ProbedFile, kind: CopyKind): Plan | undefined {
	const { file, facts } = probed;
	const recipe = copyRecipe(kind, facts);
	if (recipe === undefined) return undefined;
	const version = `${file.bytes}-${file.mtimeMs}`;
	return { probed, recipe, item: { mediaId: file.id, version, recipe: recipe.name, ending: recipe.ending } };
}

const keyOf = ({ mediaId, version, recipe }: CacheItem): string => `${mediaId} ${version} ${recipe}`;

const jobFailure = (failure: Failure): JobFailure => ({ failure, mayPass: MAY_PASS.has(failure.kind) });
