import { randomBytes } from 'node:crypto';
import { readdir, statfs } from 'node:fs/promises';
import type { ApiError } from '#contract/api-error';
import type { Capture, CaptureRequest } from '#contract/captures';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { Database } from '../db/open-database.ts';
import type { Encoders } from '../encoders/encoders.ts';
import { ExportFolder } from '../exports/export-folder.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobEvent, JobQueue } from '../jobs/job-queue.ts';
import type { MediaFiles } from '../library/media-files.ts';
import { contentType } from '../static/content-type.ts';
import { type OpenFile, openFile } from '../static/open-file.ts';
import type { MediaCache } from '../streaming/media-cache.ts';
import { captureHandler } from './capture-handler.ts';
import { CaptureList, type CaptureQuery } from './capture-list.ts';
import { fileNameOf, originOf, requestOf } from './capture-origin.ts';
import { CapturePictures, type PicturedFile } from './capture-pictures.ts';
import { captureOf, type CaptureRow, CaptureRows, searchTextOf } from './capture-rows.ts';
import type { CaptureEvent, CaptureFile, CaptureStore } from './capture-store.ts';
import { captureMessage } from './failure-text.ts';
import type { SessionFilms } from './session-films.ts';
import { planCapture } from './take-capture.ts';

export interface CapturesParts {
	readonly db: Database;
	readonly queue: JobQueue;
	readonly films: SessionFilms;
	readonly media: MediaFiles;
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Pick<Encoders, 'pick'>;
	readonly cache: MediaCache;
	/** Absolute. */
	readonly captureDir: string;
	readonly onError: (error: unknown) => void;
	/** Captures came, went or changed. */
	readonly onChange: () => void;
	readonly minFreeBytes?: number;
	readonly now?: () => number;
}

const MIN_FREE_BYTES = 200_000_000;
/** Of one device: more is no person at work. */
const MOST_WAITING = 200;
const TOO_MANY: ApiError = {
	code: 'too_many_requests',
	message: `This device has ${MOST_WAITING} captures that are not made yet. Wait for some of them, or delete them in the gallery.`,
};
/** Before all else that waits: somebody looks at a screen. */
const PRIORITY = 10;
const CANCELLED = 'It was cancelled. Retry makes it anew.';
/** Also how routes know one whose file somebody has removed. */
export const VANISHED =
	'Its file is not in the folder of captures any more. Delete the capture, or retry to take it again.';

/** What was captured: rows, files and the jobs that make them. */
export class Captures implements CaptureStore {
	readonly rows: CaptureRows;
	readonly list: CaptureList;
	readonly #parts: CapturesParts;
	readonly #folder: ExportFolder;
	readonly #pictures: CapturePictures;
	readonly #listeners = new Set<(event: CaptureEvent) => void>();
	readonly #unsubscribe: () => void;
	readonly #now: () => number;

	constructor(parts: CapturesParts) {
		const { db, queue, cache, ffmpeg, captureDir } = parts;
		this.#parts = parts;
		this.#now = parts.now ?? Date.now;
		this.rows = new CaptureRows(db);
		this.list = new CaptureList(db);
		this.#folder = new ExportFolder(captureDir);
		this.#pictures = new CapturePictures(cache, ffmpeg);
		const onComplete = (row: CaptureRow): void => this.#tell({ type: 'complete', capture: this.#shown(row) });
		queue.handle('capture', captureHandler({ ...parts, rows: this.rows, folder: this.#folder, onComplete }));
		this.#unsubscribe = queue.subscribe((event) => this.#onJob(event));
	}

	/** Before the queue starts: removes what a crash has left, and puts back what lost its job. */
	async start(): Promise<void> {
		const { queue, onError } = this.#parts;
		const isActive = (id: string): boolean => ['queued', 'running'].includes(queue.get(id)?.state ?? '');
		for (const row of this.rows.pending()) {
			const job = row.jobId === null ? undefined : queue.get(row.jobId);
			if (job === undefined) this.#enqueue(row, '');
			else if (job.state === 'failed')
				this.#fail(row.id, job.error === undefined ? CANCELLED : captureMessage(job.error));
			else if (job.state === 'cancelled') this.#fail(row.id, CANCELLED);
		}
		try {
			await this.#folder.sweep(isActive);
		} catch (thrown) {
			// A folder that cannot be read is told by the first capture.
			onError(thrown);
		}
	}

	close(): void {
		this.#unsubscribe();
	}

	/** What is made is decided now; a job makes it. `device`: who asked. */
	async take(request: CaptureRequest, device: string): Promise<Result<Capture, ApiError>> {
		const planned = await planCapture(request, {
			...this.#parts,
			minFreeBytes: this.#parts.minFreeBytes ?? MIN_FREE_BYTES,
		});
		if (!planned.ok) return planned;
		if (this.rows.waitingOf(device) >= MOST_WAITING) return err(TOO_MANY);
		const { name, origin } = planned.value;
		const { session } = origin;
		const told = { name, title: session.title, subtitle: session.subtitle ?? null };
		const row = this.rows.add({
			...{ ...told, id: newId(), type: request.type, status: 'pending', format: request.format },
			...{ request: JSON.stringify(request), origin: JSON.stringify(origin), notes: JSON.stringify(origin.notes) },
			...{ source: session.kind, sourceName: session.sourceName, searchText: searchTextOf(told) },
			...{ year: session.year ?? null, user: session.user ?? null, mediaId: origin.mediaId ?? null },
			offsetS: origin.offsetS,
			...{ startS: origin.startS, endS: origin.endS ?? null, bytes: 0, favourite: false, createdAt: this.#now() },
		});
		return ok(this.#shown(this.#enqueue(row, device)));
	}

	get(id: string): Capture | undefined {
		const row = this.rows.get(id);
		return row && this.#shown(row);
	}

	page(query: CaptureQuery) {
		const page = this.list.page(query);
		if (!page.ok) return page;
		const { rows, next, total } = page.value;
		return ok({ items: this.#allShown(rows), next, total });
	}

	/** Of these, in this order. */
	shown(ids: readonly string[]): Capture[] {
		return this.#allShown(ids.flatMap((id) => this.rows.get(id) ?? []));
	}

	change(
		id: string,
		{ name, favourite }: { readonly name?: string | undefined; readonly favourite?: boolean | undefined },
	): Capture | undefined {
		const row = this.rows.get(id);
		if (row === undefined) return undefined;
		const named = name === undefined ? {} : { name, searchText: searchTextOf({ ...row, name }) };
		const changed = this.rows.change(id, { ...named, ...(favourite !== undefined && { favourite }), bytes: row.bytes });
		this.#parts.onChange();
		return changed && this.#shown(changed);
	}

	/** Undefined: there is no such capture. */
	retry(id: string, device: string): Capture | 'not-failed' | undefined {
		const row = this.rows.get(id);
		if (row === undefined) return undefined;
		if (row.status !== 'failed') return 'not-failed';
		const again = {
			status: 'pending',
			message: null,
			path: null,
			bytes: 0,
			notes: JSON.stringify(originOf(row).notes),
		} as const;
		const pending = this.rows.change(id, again) ?? row;
		const job = row.jobId === null ? undefined : this.#parts.queue.retry(row.jobId);
		const queued = job === undefined ? this.#enqueue(pending, device) : pending;
		this.#parts.onChange();
		return this.#shown(queued);
	}

	/** Files, rows and links. What could not be deleted stays, and is told. `but`: favourites stay, also those that become one meanwhile. */
	async remove(
		ids: readonly string[],
		but?: 'favourites',
	): Promise<{ readonly deleted: readonly string[]; readonly trouble: readonly string[] }> {
		const [deleted, trouble]: [string[], string[]] = [[], []];
		for (const id of ids) {
			const row = this.rows.get(id);
			if (row === undefined || (but === 'favourites' && row.favourite)) continue;
			try {
				await this.#remove(row);
				deleted.push(id);
			} catch (thrown) {
				const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
				const why = /^(EACCES|EPERM|EROFS)$/u.test(code) ? 'the server may not write to its folder' : code;
				trouble.push(`“${fileNameOf(row)}” could not be deleted: ${why}. Give it the right to, then retry.`);
			}
		}
		if (deleted.length > 0) this.#parts.onChange();
		return { deleted, trouble };
	}

	async file(id: string): Promise<Result<CaptureFile, Failure>> {
		const found = await this.#find(id);
		if (!found.ok) return found;
		const { path, bytes, row } = found.value;
		return ok({ path, bytes, type: contentType(path), fileName: fileNameOf(row) });
	}

	/** The file itself, open: the reader closes it. */
	async open(
		id: string,
	): Promise<Result<{ readonly file: OpenFile; readonly row: CaptureRow; readonly type: string }, Failure>> {
		const found = await this.#find(id);
		if (!found.ok) return found;
		const { path, row } = found.value;
		const file = await openFile(path);
		return file === null ? err(await this.#vanished(row)) : ok({ file, row, type: contentType(path) });
	}

	async poster(id: string): Promise<Result<CaptureFile, Failure>> {
		const found = await this.#find(id);
		if (!found.ok) return found;
		const { row } = found.value;
		const made = await this.#pictures.poster(pictured(found.value));
		return made.ok ? ok({ ...made.value, type: 'image/jpeg', fileName: fileNameOf({ ...row, format: 'jpeg' }) }) : made;
	}

	async thumbnail(id: string, width: number): Promise<Result<OpenFile, Failure>> {
		const found = await this.#find(id);
		return found.ok ? this.#pictures.thumbnail(pictured(found.value), width) : found;
	}

	async usage() {
		const { bavail, bsize } = await statfs(this.#parts.captureDir).catch((thrown: unknown) => {
			this.#parts.onError(thrown);
			return { bavail: undefined, bsize: 0 };
		});
		return { ...this.rows.usage(), freeBytes: bavail === undefined ? null : bavail * bsize };
	}

	subscribe(listener: (event: CaptureEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async #remove(row: CaptureRow): Promise<void> {
		const { queue } = this.#parts;
		if (row.status === 'pending' && row.jobId !== null) await queue.cancel(row.jobId);
		// It may have been finished just before.
		const { path, id, jobId } = this.rows.get(row.id) ?? row;
		if (path !== null) await this.#folder.remove(path);
		this.rows.remove(id);
		if (path !== null) await this.#folder.prune(path.split('/').slice(0, -1).join('/'));
		await this.#pictures.forget(id);
		if (jobId !== null) queue.remove(jobId);
		this.#tell({ type: 'deleted', id });
	}

	#enqueue(row: CaptureRow, device: string): CaptureRow {
		const request = requestOf(row);
		const [job] = this.#parts.queue.enqueue([
			{
				...{ kind: 'capture', title: fileNameOf(row), payload: { capture: row.id }, device },
				// Pictures never wait for clips.
				...{ lane: request.type === 'screenshot' ? 'shot' : 'interactive', priority: PRIORITY },
				key: `capture ${row.id}`,
			},
		]);
		this.#parts.onChange();
		return this.rows.change(row.id, { jobId: job?.id ?? null }) ?? row;
	}

	async #find(
		id: string,
	): Promise<Result<{ readonly path: string; readonly bytes: number; readonly row: CaptureRow }, Failure>> {
		const row = this.rows.get(id);
		if (row?.status !== 'complete' || row.path === null)
			return err({ kind: 'source-missing', subject: row?.name ?? 'The capture' });
		const path = await this.#folder.find(row.path);
		return path === undefined ? err(await this.#vanished(row)) : ok({ path, bytes: row.bytes, row });
	}

	/** Somebody has removed the file from the disk: the capture says so from now on. A folder without anything is a disk that is not there. */
	async #vanished(row: CaptureRow): Promise<Failure> {
		const names = await readdir(this.#parts.captureDir).catch((thrown: unknown): string[] => {
			this.#parts.onError(thrown);
			return [];
		});
		if (names.some((name) => !name.startsWith('.'))) this.#fail(row.id, VANISHED, 'complete');
		return { kind: 'source-missing', subject: fileNameOf(row) };
	}

	#onJob(event: JobEvent): void {
		if (event.type !== 'job' || event.job.kind !== 'capture') return;
		const { id, state, error } = event.job;
		if (state !== 'failed' && state !== 'cancelled') return;
		const row = this.rows.ofJob(id);
		if (row !== undefined)
			this.#fail(row.id, state === 'failed' && error !== undefined ? captureMessage(error) : CANCELLED);
	}

	#fail(id: string, message: string, from: CaptureRow['status'] = 'pending'): void {
		if (this.rows.get(id)?.status !== from) return;
		const row = this.rows.change(id, {
			status: 'failed',
			message,
			...(from === 'complete' && { path: null, bytes: 0 }),
		});
		if (row !== undefined) this.#tell({ type: 'failed', capture: this.#shown(row) });
	}

	#tell(event: CaptureEvent): void {
		this.#parts.onChange();
		for (const listener of this.#listeners) listener(event);
	}

	#shown = (row: CaptureRow): Capture => this.#allShown([row])[0] ?? captureOf(row, { progress: 0, shares: 0 });

	#allShown(rows: readonly CaptureRow[]): Capture[] {
		const shares = this.rows.shares(
			rows.map(({ id }) => id),
			this.#now(),
		);
		return rows.map((row) => {
			const isPending = row.status === 'pending' && row.jobId !== null;
			const progress = isPending ? (this.#parts.queue.get(row.jobId ?? '')?.progress ?? 0) : 0;
			return captureOf(row, { progress, shares: shares.get(row.id) ?? 0 });
		});
	}
}

const pictured = ({ path, row }: { readonly path: string; readonly row: CaptureRow }): PicturedFile => ({
	...{ id: row.id, path, name: fileNameOf(row), format: row.format, bytes: row.bytes, durationS: row.durationS },
});

const newId = (): string => randomBytes(12).toString('base64url');
