import { estimateBytes } from '#core/export/export-estimate';
import type { ExportTask, PlanNote } from '#core/export/export-task';
import { failureText, type Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { InvariantError, err, isAbort, ok, present, type Result } from '#core/result';
import type { EngineIo, EngineName, EngineProgress, MadeFile, MediaEngine } from '$lib/media/engine';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Planner, Verifier } from './export-parts.ts';
import { failureOf } from './failure-of.ts';
import type { OutputPlace } from './output-place.ts';

/** Failures of one engine that another engine may not have. */
const WORTH_ANOTHER_ENGINE: ReadonlySet<Failure['kind']> = new Set([
	'worker-crashed',
	'decoder-lost',
	'source-unreadable',
]);

/** How long an engine may take to obey a cancel before the queue goes on without it, in milliseconds. */
const OBEY_MS = 800;

/** One job of a run. */
export interface Member {
	readonly record: JobRecord;
	readonly place: OutputPlace;
	/** Fires when this job alone is cancelled. */
	readonly signal: AbortSignal;
}

export interface RunParts {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	readonly planner: Planner;
	readonly verify: Verifier;
	/** Stops all of it. */
	readonly signal: AbortSignal;
	/** Tells what is being done. */
	readonly onStep: (progress: EngineProgress) => void;
	/** Tells the engine as soon as it is picked, and notes made on the way. */
	readonly onEngine: (
		members: readonly Member[],
		engine: EngineName,
		reason: string,
		notes: readonly PlanNote[],
	) => Promise<void>;
	/** Notes what is about to get its final name; false when the job is no longer wanted. */
	readonly onSaving: (member: Member, result: ExportResult) => Promise<boolean>;
	/** Told of each job as soon as it is done or has failed. One that was cancelled is not told. */
	readonly onEnded: (member: Member, result: Result<ExportResult, Failure>) => Promise<void>;
	/** Seconds, from any start. */
	readonly clock: () => number;
}

/**
 * Makes the files of jobs that read one source (or of one job), from the source to verified files under their final names. Whatever
 * happens to one, the others go on; no part stays behind. Rejects with `AbortError` when `signal` fires, within a second even if the
 * engine does not obey.
 */
export async function runExports(members: readonly Member[], parts: RunParts): Promise<void> {
	const run = new ExportRun(members, parts);
	try {
		await obeying(run.run(), parts.signal);
	} catch (thrown) {
		if (parts.signal.aborted || isAbort(thrown)) throw new DOMException('The export was cancelled', 'AbortError');
		await run.failRest(thrown);
	} finally {
		// A file that is getting its final name gets it, and its job is done.
		await run.settled();
		for (const { place } of members) {
			const discarded = await place.discard();
			if (!discarded.ok) console.debug('An unfinished file could not be removed:', discarded.error);
		}
	}
}

class ExportRun {
	#parts: RunParts;
	#started: number;
	/** Jobs that are neither done nor have failed. */
	#open: Set<Member>;
	/** Checking and naming, one file after the other, while the engine goes on with the next. */
	#finishing: Promise<void> = Promise.resolve();
	#settling: Promise<void> = Promise.resolve();

	constructor(members: readonly Member[], parts: RunParts) {
		this.#parts = parts;
		this.#started = parts.clock();
		this.#open = new Set(members);
	}

	async run(): Promise<void> {
		await this.#refuseWithoutSpace();
		// What was cut off while the server made it goes on there.
		const isCutOff = [...this.#open].some(({ record }) => record.engine === 'server');
		const engines = this.#parts.engines.filter(({ name }) => !isCutOff || name === 'server');
		await this.#attempt([...this.#open], engines, []);
	}

	/** Resolves when no file is on its way to its final name. */
	settled(): Promise<void> {
		return this.#settling;
	}

	async failRest(thrown: unknown): Promise<void> {
		for (const member of [...this.#open]) await this.#end(member, err(failureOf(thrown, nameOf(member))));
	}

	/** Under `auto`, an engine that breaks on the way is followed by the next one that can; the record says so. */
	async #attempt(
		members: readonly Member[],
		engines: readonly MediaEngine[],
		notes: readonly PlanNote[],
		earlier: ReadonlyMap<Member, Failure> = new Map(),
	): Promise<void> {
		const first = members[0]?.record;
		if (first === undefined) return;
		this.#parts.onStep({ share: 0, step: 'Choosing an engine' });
		const tasks = members.map(({ record }) => record.task);
		const chosen = await this.#parts.planner(engines, first.engineChoice, tasks, factsIn(members));
		this.#parts.signal.throwIfAborted();
		if (!chosen.ok) {
			// One that no engine can make must not take the others with it.
			if (members.length > 1) {
				for (const member of members) await this.#attempt([member], engines, notes, earlier);
				return;
			}
			// When no other engine can, the first failure is the one to know.
			for (const member of members) await this.#end(member, err(earlier.get(member) ?? chosen.error));
			return;
		}
		const { engine, ability, reason } = chosen.value;
		await this.#parts.onEngine(members, engine.name, reason, ability.able ? [...notes, ...ability.notes] : notes);
		const failures = await this.#make(members, engine);
		const others = engines.filter(({ name }) => name !== engine.name);
		const again: Member[] = [];
		for (const [member, error] of failures) {
			const mayGoOn = first.engineChoice === 'auto' && others.length > 0 && earlier.size === 0;
			if (member.signal.aborted) continue;
			if (mayGoOn && WORTH_ANOTHER_ENGINE.has(error.kind)) again.push(member);
			else await this.#end(member, err(error));
		}
		const [broken] = again;
		if (broken === undefined) return;
		const text = `The first engine gave up, so another one made it. ${failureText(present(failures.get(broken), 'its failure'))}`;
		await this.#attempt(again, others, [...notes, { kind: 'warning', text }], failures);
	}

	/** Has the engine make the files and brings each to its end; answers the jobs whose file did not come out, and why. */
	async #make(members: readonly Member[], engine: MediaEngine): Promise<Map<Member, Failure>> {
		const failures = new Map<Member, Failure>();
		const memberOf = (taskId: string): Member => present(byTask.get(taskId), `the job of task ${taskId}`);
		const byTask = new Map(members.map((member) => [member.record.task.id, member]));
		const finished = new Set<Member>();
		const finish = (made: MadeFile): void => {
			const member = memberOf(made.taskId);
			if (finished.has(member)) return;
			finished.add(member);
			this.#finishing = this.#finishing.then(() => this.#finish(member, made));
		};
		const io: EngineIo = {
			open: async (media) => {
				const opened = await this.#parts.storage.media.open(media);
				// A file that was removed from the library is only known here by name.
				return opened.ok ? opened : err({ ...opened.error, subject: factsIn(members)(media).name });
			},
			frameIndex: (media) => this.#parts.storage.media.frameIndex(media),
			factsOf: factsIn(members),
			create: ({ id }) => memberOf(id).place.create(),
			createFolder: ({ id }) => memberOf(id).place.createFolder(),
			createSound: ({ id }) => memberOf(id).place.createSound(),
			onMade: finish,
			// Told only where there are several: alone, a failure is the run's.
			...(members.length > 1 && {
				onFailed: (taskId: string, failure: Failure) => void failures.set(memberOf(taskId), failure),
			}),
			signal: this.#parts.signal,
			onProgress: (progress) =>
				this.#parts.onStep({ ...progress, share: Math.min(1, Math.max(0, progress.share)) * 0.97 }),
		};
		const made = await run(engine, members, io);
		if (made.ok) made.value.forEach(finish);
		await this.#finishing;
		for (const member of members) {
			if (!this.#open.has(member) || failures.has(member) || finished.has(member)) continue;
			const detail = 'no file came out';
			failures.set(member, made.ok ? { kind: 'output-wrong', subject: nameOf(member), detail } : made.error);
		}
		return failures;
	}

	/** Checks a file and gives it its final name. */
	async #finish(member: Member, made: MadeFile): Promise<void> {
		try {
			if (member.signal.aborted || this.#parts.signal.aborted) return;
			const checked = await this.#check(member, made);
			this.#settling = checked.ok ? this.#settle(member, checked.value) : this.#end(member, checked);
			await this.#settling;
		} catch (thrown) {
			if (this.#parts.signal.aborted || isAbort(thrown)) return;
			await this.#end(member, err(failureOf(thrown, nameOf(member))));
		}
	}

	async #check(member: Member, made: MadeFile): Promise<Result<ExportResult, Failure>> {
		const { place, record } = member;
		const { signal, verify, clock } = this.#parts;
		if (this.#open.size === 1) this.#parts.onStep({ share: 0.98, step: 'Checking the file' });
		const output = await outputOf(member);
		if (!output.ok) return output;
		const verified = await verify(output.value.output, record.task, signal);
		if (!verified.ok) return verified;
		signal.throwIfAborted();
		const placed = await place.choose();
		if (!placed.ok) return placed;
		const { frames, durationS, width, height } = verified.value;
		return ok({
			...{ frames, durationS, width, height, encoder: made.encoder, ...placed.value },
			bytes: output.value.bytes ?? made.bytes,
			tookS: Math.max(0, clock() - this.#started),
		});
	}

	async #settle(member: Member, result: ExportResult): Promise<void> {
		if (this.#open.size === 1) this.#parts.onStep({ share: 0.99, step: 'Saving' });
		if (!(await this.#parts.onSaving(member, result))) return;
		const settled = await member.place.settle(result);
		const detail = 'it is gone from where it was made';
		const wrong: Failure = { kind: 'output-wrong', subject: nameOf(member), detail };
		await this.#end(member, !settled.ok ? settled : settled.value ? ok(result) : err(wrong));
	}

	async #end(member: Member, result: Result<ExportResult, Failure>): Promise<void> {
		this.#open.delete(member);
		await this.#parts.onEnded(member, result);
	}

	/** For what the browser keeps: the space it still allows must hold the files. A folder's disk does not say. */
	async #refuseWithoutSpace(): Promise<void> {
		const usage = await this.#parts.storage.files.usage();
		if (usage === undefined) return;
		let freeBytes = usage.quotaBytes - usage.usedBytes;
		for (const member of [...this.#open]) {
			if (member.record.destination.kind !== 'browser') continue;
			const neededBytes = estimateBytes(member.record.task);
			if (freeBytes >= neededBytes) freeBytes -= neededBytes;
			else await this.#end(member, err({ kind: 'out-of-space', subject: nameOf(member), neededBytes }));
		}
	}
}

const nameOf = ({ record }: Member): string => record.task.output.name;

const factsIn =
	(members: readonly Member[]) =>
	(media: string): MediaFacts => {
		const facts = members.flatMap(({ record }) => record.facts).find(({ fingerprint }) => fingerprint === media);
		if (facts === undefined) throw new InvariantError(`no job of the run has facts of ${media}`);
		return facts;
	};

/** What the engine wrote, to be opened again; `bytes` where it is one file. */
async function outputOf({
	place: { parts },
	record: { task },
}: Member): Promise<Result<{ output: Parameters<Verifier>[0]; bytes?: number }, Failure>> {
	if (task.video.kind === 'frames' && parts.folder !== undefined) {
		const sound = await parts.sound?.getFile();
		return ok({ output: { folder: parts.folder, ...(sound !== undefined && { sound }) } });
	}
	const file = await parts.file?.getFile();
	if (file !== undefined) return ok({ output: file, bytes: file.size });
	return err({ kind: 'output-wrong', subject: task.output.name, detail: 'no file came out' });
}

async function run(
	engine: MediaEngine,
	members: readonly Member[],
	io: EngineIo,
): Promise<Result<readonly MadeFile[], Failure>> {
	const tasks: readonly ExportTask[] = members.map(({ record }) => record.task);
	try {
		return await engine.run(tasks, io);
	} catch (thrown) {
		if (io.signal.aborted || isAbort(thrown)) throw thrown;
		return err(failureOf(thrown, tasks[0]?.output.name ?? ''));
	}
}

/** `work`, or `AbortError` shortly after `signal` fired when `work` does not stop by itself. */
function obeying<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const stop = (): void => {
			timer = setTimeout(() => reject(new DOMException('The export was cancelled', 'AbortError')), OBEY_MS);
		};
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
		work.then(resolve, reject).finally(() => {
			clearTimeout(timer);
			signal.removeEventListener('abort', stop);
		});
	});
}
