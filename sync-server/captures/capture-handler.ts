import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { captureEnding, nameOnDisk } from '#core/capture/capture-name';
import { chosenSubtitle } from '#core/capture/film-subtitles';
import type { BurnIn } from '#core/ffmpeg/burn-in';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { formatTimecode } from '#core/time/timecode';
import type { Encoders } from '../encoders/encoders.ts';
import type { ExportFolder } from '../exports/export-folder.ts';
import { failureOfFiles } from '../exports/failure-of.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobContext, JobFailure, JobHandler } from '../jobs/job-queue.ts';
import type { MediaFiles } from '../library/media-files.ts';
import { prepareBurnIn } from './burn-in-files.ts';
import { type CaptureOrigin, fileNameOf, originOf, requestOf } from './capture-origin.ts';
import type { CaptureRow, CaptureRows } from './capture-rows.ts';
import type { MadeCapture } from './made-capture.ts';
import { makeFastClip, makePreciseClip } from './make-clip.ts';
import { makeStill } from './make-still.ts';
import type { SessionFilm, SessionFilms } from './session-films.ts';

/** What a job of the kind `capture` is given. */
export const CapturePayload = z.object({ capture: z.string() });

export interface CaptureParts {
	readonly rows: CaptureRows;
	readonly films: SessionFilms;
	readonly media: MediaFiles;
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Pick<Encoders, 'pick'>;
	readonly folder: ExportFolder;
	/** A capture is complete. */
	readonly onComplete: (row: CaptureRow) => void;
}

type Outcome<T> = Result<T, JobFailure>;
const lasting = (failure: Failure): Outcome<never> => err({ failure, mayPass: false });
/** Another try a moment later may do better. */
const PASSING: ReadonlySet<Failure['kind']> = new Set(['source-offline', 'worker-crashed', 'out-of-memory']);

/** Makes one capture from the film to a checked file under its final name. */
export const captureHandler =
	(parts: CaptureParts): JobHandler =>
	async (payload, context) => {
		const { capture } = CapturePayload.parse(payload);
		const row = parts.rows.get(capture);
		// Deleted while it waited.
		if (row?.status !== 'pending') return ok({ capture });
		try {
			const made = await make(parts, row, listening(context));
			return made.ok ? ok({ capture }) : made;
		} catch (thrown) {
			context.signal.throwIfAborted();
			return lasting(failureOfFiles(thrown, fileNameOf(row)));
		} finally {
			await parts.folder.discardParts(context.id).catch((thrown: unknown) => context.log(String(thrown)));
		}
	};

/** The context of a job that also remembers what was noted: the capture says it itself. */
type Context = JobContext & { readonly notes: readonly string[] };

function listening(context: JobContext): Context {
	const notes: string[] = [];
	const note = (sentence: string): void => {
		notes.push(sentence);
		context.note(sentence);
	};
	return { ...context, note, notes };
}

async function make(parts: CaptureParts, row: CaptureRow, context: Context): Promise<Outcome<void>> {
	if (row.path !== null && (await isThere(parts.folder, row.path, row.bytes))) {
		// The server died between giving the file its name and writing that down.
		finish(parts, row, {}, context);
		return ok(undefined);
	}
	const origin = originOf(row);
	const { session, startS, mediaId, offsetS } = origin;
	const folder = await parts.folder.partsOf(context.id);
	let outcome: Outcome<MadeCapture> | undefined;
	const used = await parts.films.usingAgain(session, startS, mediaId, offsetS, context.signal, async (film) => {
		outcome = await makeFrom(parts, row, origin, film, folder, context);
		return outcome.ok ? ok(undefined) : err(outcome.error.failure);
	});
	if (!used.ok) {
		// What the media server said explains more than what ffmpeg made of it.
		const mayPass = PASSING.has(used.error.kind) || (outcome !== undefined && !outcome.ok && outcome.error.mayPass);
		return err({ failure: used.error, mayPass });
	}
	if (outcome?.ok !== true)
		return outcome ?? lasting({ kind: 'unexpected', subject: row.name, detail: 'nothing was made' });
	context.onProgress({ progress: 0.99, step: 'Saving' });
	return save(parts, row, outcome.value, origin, context);
}

async function makeFrom(
	{ ffmpeg, encoders, media }: CaptureParts,
	row: CaptureRow,
	origin: CaptureOrigin,
	found: SessionFilm,
	folder: string,
	context: JobContext,
): Promise<Outcome<MadeCapture>> {
	const request = requestOf(row);
	const film = await withTones(ffmpeg, found, context);
	const { startS, endS = startS } = origin;
	const inFile = { inS: startS + film.shiftS, outS: endS + film.shiftS };
	let burnIn: BurnIn | undefined;
	if (origin.subtitle !== undefined) {
		const chosen = chosenSubtitle(origin.subtitle, film.subtitles, film.film.name);
		if (!chosen.ok)
			return lasting({ kind: 'unsupported', subject: film.film.name, detail: 'its subtitle is not there any more' });
		if (chosen.value !== undefined) {
			context.onProgress({ progress: 0, step: 'Reading the subtitles' });
			const prepared = await prepareBurnIn(ffmpeg, film, chosen.value, inFile, folder, context.signal);
			if (!prepared.ok) return lasting(prepared.error);
			burnIn = prepared.value;
		}
	}
	if (request.type === 'screenshot') {
		return makeStill({ ffmpeg, film, request, atS: startS, burnIn, folder, subject: fileNameOf(row), context });
	}
	const parts = {
		ffmpeg,
		encoders,
		media,
		film,
		request,
		span: { startS, endS },
		burnIn,
		folder,
		name: row.name,
		context,
	};
	const made = request.mode === 'fast' ? await makeFastClip(parts) : await makePreciseClip(parts);
	if (made.ok && request.mode === 'fast' && made.value.startS < startS - 0.02) {
		context.note(`Starts at ${clock(made.value.startS)}, at the key frame before.`);
	}
	return made;
}

const clock = (seconds: number): string => formatTimecode(seconds, { decimals: 1 });

/** HDR is brought down to what every screen shows, where ffmpeg can. */
async function withTones(ffmpeg: Ffmpeg, film: SessionFilm, context: JobContext): Promise<SessionFilm> {
	const { video } = film.look.facts;
	const found = await ffmpeg.find();
	if (video?.hdr !== true || !found.ok || ['zscale', 'tonemap'].every((one) => found.value.filters.has(one)))
		return film;
	context.note('The ffmpeg of the server has no filter for HDR, so colours may look paler.');
	const facts = { ...film.look.facts, video: { ...video, hdr: false } };
	return { ...film, look: { ...film.look, facts } };
}

/** Gives the file a name that is free. It is written down first, so that a crash in between makes no second file. */
async function save(
	parts: CaptureParts,
	row: CaptureRow,
	made: MadeCapture,
	origin: CaptureOrigin,
	context: Context,
): Promise<Outcome<void>> {
	const { rows, folder } = parts;
	const month = new Date(row.createdAt).toISOString().slice(0, 7);
	const name = nameOnDisk(row.name) || 'Capture';
	for (let counter = 1; ; counter += 1) {
		const path = `${month}/${name}${counter === 1 ? '' : `_${counter}`}.${captureEnding(row.format)}`;
		// Asked of the rows last: between that and taking the name nothing else runs.
		if ((await folder.has(path)) || (path !== row.path && rows.hasPath(path))) continue;
		context.signal.throwIfAborted();
		const { part, bytes, startS, endS, width, height, durationS } = made;
		const told = { path, bytes, startS, endS: endS ?? null, width: width ?? null, height: height ?? null };
		const reserved = rows.changePending(row.id, { ...told, durationS: durationS ?? null });
		// Deleted meanwhile.
		if (reserved === undefined) return ok(undefined);
		if (!(await folder.settle(part, path, false))) continue;
		finish(parts, reserved, { notes: origin.notes }, context);
		return ok(undefined);
	}
}

function finish(
	{ rows, onComplete, folder }: CaptureParts,
	row: CaptureRow,
	{ notes = originOf(row).notes }: { readonly notes?: readonly string[] },
	context: Context,
): void {
	const all = [...new Set([...notes, ...context.notes])];
	const done = rows.changePending(row.id, { status: 'complete', message: null, notes: JSON.stringify(all) });
	if (done !== undefined) onComplete(done);
	else if (row.path !== null) void folder.remove(row.path).catch((thrown: unknown) => context.log(String(thrown)));
}

async function isThere(folder: ExportFolder, path: string, bytes: number): Promise<boolean> {
	const full = await folder.find(path);
	return full !== undefined && (await stat(full)).size === bytes;
}
