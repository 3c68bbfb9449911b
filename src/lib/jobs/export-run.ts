import { estimateBytes } from '#core/export-estimate';
import type { PlanNote } from '#core/export-task';
import { failureText, type Failure } from '#core/failure';
import type { MediaFacts } from '#core/media-facts';
import { err, InvariantError, ok, type Result } from '#core/result';
import type { EngineIo, EngineName, EngineProgress, MadeFile, MediaEngine } from '$lib/media/engine';
import type { ExportResult, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { Planner, Verifier } from './export-parts.ts';
import { failureOf, isAbort } from './failure-of.ts';
import type { OutputPlace } from './output-place.ts';

/** Failures of one engine that another engine may not have. */
const WORTH_ANOTHER_ENGINE: ReadonlySet<Failure['kind']> = new Set([
	'worker-crashed',
	'decoder-lost',
	'source-unreadable',
]);

/** How long an engine may take to obey a cancel before the queue goes on without it, in milliseconds. */
const OBEY_MS = 800;

export interface RunParts {
	readonly storage: Storage;
	readonly engines: readonly MediaEngine[];
	readonly planner: Planner;
	readonly verify: Verifier;
	readonly place: OutputPlace;
	readonly signal: AbortSignal;
	/** Tells what is being done. */
	readonly onStep: (progress: EngineProgress) => void;
	/** Tells the engine as soon as it is picked, and notes made on the way. */
	readonly onEngine: (engine: EngineName, reason: string, notes: readonly PlanNote[]) => Promise<void>;
	/** Seconds, from any start. */
	readonly clock: () => number;
}

/**
 * Makes one job's file, from the source to the verified file under its final name. Whatever happens, no part stays behind.
 * Rejects with `AbortError` when `signal` fires, within a second even if the engine does not obey.
 */
export async function runExport(record: JobRecord, parts: RunParts): Promise<Result<ExportResult, Failure>> {
	const { place, signal } = parts;
	const started = parts.clock();
	try {
		const made = await obeying(makeVerified(record, parts), signal);
		if (!made.ok) return made;
		parts.onStep({ share: 0.99, step: 'Saving' });
		const placed = await place.commit();
		if (!placed.ok) return placed;
		if (signal.aborted) await place.withdraw(placed.value);
		signal.throwIfAborted();
		return ok({ ...made.value, ...placed.value, tookS: Math.max(0, parts.clock() - started) });
	} catch (thrown) {
		if (signal.aborted || isAbort(thrown)) throw new DOMException('The export was cancelled', 'AbortError');
		return err(failureOf(thrown, record.task.output.name));
	} finally {
		await place.discard().catch((thrown: unknown) => console.warn('An unfinished file could not be removed:', thrown));
	}
}

type Verified = Omit<ExportResult, 'fileName' | 'path' | 'tookS'>;

async function makeVerified(record: JobRecord, parts: RunParts): Promise<Result<Verified, Failure>> {
	const space = await enoughSpace(record, parts.storage);
	if (!space.ok) return space;
	const made = await makeWithFallback(record, parts);
	if (!made.ok) return made;
	const { handle, file: counted } = made.value;
	parts.onStep({ share: 0.98, step: 'Checking the file' });
	const file = await handle.getFile();
	const verified = await parts.verify(file, record.task, parts.signal);
	if (!verified.ok) return verified;
	const { frames, durationS, width, height } = verified.value;
	return ok({ bytes: file.size, frames, durationS, width, height, encoder: counted.encoder });
}

interface Made {
	readonly handle: FileSystemFileHandle;
	readonly file: MadeFile;
}

/** Under `auto`, an engine that breaks on the way is followed by the next one that can; the record says so. */
async function makeWithFallback(record: JobRecord, parts: RunParts): Promise<Result<Made, Failure>> {
	const first = await make(record, parts, parts.engines, []);
	if (first.made.ok || record.engineChoice !== 'auto' || first.engine === undefined) return first.made;
	const { error } = first.made;
	if (!WORTH_ANOTHER_ENGINE.has(error.kind)) return first.made;
	const others = parts.engines.filter(({ name }) => name !== first.engine);
	if (others.length === 0) return first.made;
	const note: PlanNote = {
		kind: 'warning',
		text: `The first engine gave up, so another one made it. ${failureText(error)}`,
	};
	const second = await make(record, parts, others, [note]);
	// When no other engine can, the first failure is the one to know.
	return second.engine === undefined ? first.made : second.made;
}

async function make(
	record: JobRecord,
	parts: RunParts,
	engines: readonly MediaEngine[],
	notes: readonly PlanNote[],
): Promise<{ readonly engine?: EngineName; readonly made: Result<Made, Failure> }> {
	const { task } = record;
	const factsOf = (media: string): MediaFacts => {
		const facts = record.facts.find(({ fingerprint }) => fingerprint === media);
		if (facts === undefined) throw new InvariantError(`job ${record.job.id} has no facts of ${media}`);
		return facts;
	};
	parts.onStep({ share: 0, step: 'Choosing an engine' });
	const chosen = await parts.planner(engines, record.engineChoice, [task], factsOf);
	if (!chosen.ok) return { made: chosen };
	const { engine, ability, reason } = chosen.value;
	parts.signal.throwIfAborted();
	await parts.onEngine(engine.name, reason, ability.able ? [...notes, ...ability.notes] : notes);

	let handle: FileSystemFileHandle | undefined;
	const io: EngineIo = {
		open: async (media) => {
			const opened = await parts.storage.media.open(media);
			// A file that was removed from the library is only known here by name.
			return opened.ok ? opened : err({ ...opened.error, subject: factsOf(media).name });
		},
		frameIndex: (media) => parts.storage.media.frameIndex(media),
		factsOf,
		create: async () => {
			const created = await parts.place.create();
			if (created.ok) handle = created.value;
			return created;
		},
		createFolder: () => Promise.resolve(err(notYet(task))),
		createSound: () => Promise.resolve(err(notYet(task))),
		signal: parts.signal,
		onProgress: (progress) => parts.onStep({ ...progress, share: Math.min(1, Math.max(0, progress.share)) * 0.97 }),
	};
	const made = await run(engine, record, io);
	if (!made.ok) return { engine: engine.name, made };
	const file = made.value.find(({ taskId }) => taskId === task.id) ?? made.value[0];
	if (file === undefined || handle === undefined) {
		return {
			engine: engine.name,
			made: err({ kind: 'output-wrong', subject: task.output.name, detail: 'no file came out' }),
		};
	}
	return { engine: engine.name, made: ok({ handle, file }) };
}

const notYet = ({ output }: JobRecord['task']): Failure => ({
	kind: 'unsupported',
	subject: output.name,
	detail: 'folders of pictures are not saved yet',
});

async function run(
	engine: MediaEngine,
	{ task }: JobRecord,
	io: EngineIo,
): Promise<Result<readonly MadeFile[], Failure>> {
	try {
		return await engine.run([task], io);
	} catch (thrown) {
		if (io.signal.aborted || isAbort(thrown)) throw thrown;
		return err(failureOf(thrown, task.output.name));
	}
}

/** For what the browser keeps: the space it still allows must hold the file. A folder's disk does not say. */
async function enoughSpace({ task, destination }: JobRecord, storage: Storage): Promise<Result<void, Failure>> {
	if (destination.kind !== 'browser') return ok(undefined);
	const usage = await storage.files.usage();
	const neededBytes = estimateBytes(task);
	if (usage === undefined || usage.quotaBytes - usage.usedBytes >= neededBytes) return ok(undefined);
	return err({ kind: 'out-of-space', subject: task.output.name, neededBytes });
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
