import { deleteExports, getExportFile, listExportFiles } from '#contract/exports';
import type { Failure } from '#core/failure';
import { serverIdOf } from '#core/project/on-server';
import type { Marker } from '#core/project/profile';
import { err, ok, type Result } from '#core/result';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';
import type { Destination, JobRecord } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import { StorageError } from '$lib/storage/storage-error';
import type { ResultFile } from './export-results.ts';
import { FailureError } from './failure-of.ts';
import { forgetClips } from './group-removal.ts';
import { isMeant, type ServerHere, type ServerSide } from './server-side.ts';

/** Paths that are named in one address. */
const MOST_PATHS = 10;

/** What a job left in the folder of the server, fetched when it is read; with `beside`, also what was written down about it. */
export async function serverResultFiles(
	storage: Storage,
	side: ServerSide,
	{ job, result, destination }: JobRecord,
	{ beside = false }: { readonly beside?: boolean } = {},
): Promise<Result<readonly ResultFile[], Failure>> {
	const subject = result?.fileName ?? job.id;
	const here = side.here();
	if (here === undefined || destination.kind !== 'server') return err(away(subject));
	if (!isMeant(here, destination)) return err({ kind: 'on-other-server', subject, server: destination.name });
	const { client } = here;
	const listed = await client.call(listExportFiles, { params: { id: job.id } });
	if (!listed.ok) return err(failureOf(listed.error, subject));
	const fetchFile = async (query: { n: number } | { beside: string }, path: string): Promise<File> => {
		const name = path.slice(path.lastIndexOf('/') + 1);
		const target = await visitFile(storage, name);
		try {
			const response = await client.fetch(client.url(getExportFile.path, { id: job.id }, query));
			if (!response.ok || response.body === null) {
				throw new FailureError(failureOf({ kind: 'refused', status: response.status, error: null }, name));
			}
			if (target === undefined) return new File([await response.blob()], name);
			await response.body.pipeTo(await target.createWritable());
			return await target.getFile();
		} catch (thrown) {
			// What the network breaks off.
			if (thrown instanceof TypeError) throw new FailureError(away(name));
			throw thrown;
		}
	};
	const made = listed.value.files.map(({ path }, n) => ({ path, handle: { getFile: () => fetchFile({ n }, path) } }));
	const written = beside ? (listed.value.beside ?? []) : [];
	return ok([
		...made,
		...written.map(({ path }) => ({ path, handle: { getFile: () => fetchFile({ beside: path }, path) } })),
	]);
}

/** A file to write into; undefined at an insecure address, where the browser keeps none. */
async function visitFile(storage: Storage, name: string): Promise<FileSystemFileHandle | undefined> {
	try {
		return await storage.files.createForVisit(name);
	} catch (thrown) {
		if (thrown instanceof StorageError && thrown.trouble === 'unavailable') return undefined;
		throw thrown;
	}
}

interface GroupOnServer {
	readonly marker: Marker;
	/** Where its jobs went that are known here: an older mark does not tell which server it is. */
	readonly made: Extract<Destination, { kind: 'server' }> | undefined;
	/** Only what is at these paths. */
	readonly only: readonly string[] | undefined;
}

const NOT_HERE =
	'It knows no such group, which may be in the export folder of another server. Connect that one in Settings, then try again.';

/** The server that has a group, which must be the one that is connected; `isKnown` is false where nothing tells which one has it. */
export function serverOf(
	side: ServerSide,
	{ marker, made }: Pick<GroupOnServer, 'marker' | 'made'>,
): Result<{ readonly here: ServerHere; readonly isKnown: boolean }, Failure> {
	const subject = marker.clips[0]?.path ?? marker.mediaName;
	const here = side.here();
	const name = marker.serverName ?? made?.name;
	const id = serverIdOf(marker.destination) ?? made?.id;
	const meant = { ...(id !== undefined && { id }), ...(made && { place: made.place }) };
	if (here !== undefined && isMeant(here, meant)) {
		return ok({ here, isKnown: id !== undefined || made !== undefined });
	}
	if (here === undefined && name === undefined) return err(away(subject));
	return err({ kind: 'on-other-server', subject, server: name ?? 'another server' });
}

/** Has the server delete a group: files, entries in lists, history and jobs; with `only`, what is at these paths. */
export async function deleteOnServer(
	storage: Storage,
	side: ServerSide,
	{ marker, made, only }: GroupOnServer,
): Promise<Result<void, Failure>> {
	const subject = marker.clips[0]?.path ?? marker.mediaName;
	const found = serverOf(side, { marker, made });
	if (!found.ok) return found;
	const { here, isKnown } = found.value;
	const parts = only === undefined ? [undefined] : partsOf(only);
	for (const part of parts) {
		const params = { group: marker.id };
		const deleted = await here.client.call(deleteExports, { params, query: part === undefined ? {} : { only: part } });
		if (deleted.ok && deleted.value.trouble.length > 0) {
			return err({ kind: 'server-refused', subject, detail: deleted.value.trouble.join(' ') });
		}
		if (deleted.ok) continue;
		const { error } = deleted;
		if (error.kind !== 'refused' || error.status !== 404) return err(failureOf(error, subject));
		// The files may lie on a server that nothing names.
		if (!isKnown) return err({ kind: 'server-refused', subject, detail: NOT_HERE });
		// The server has made nothing of it (any more): only the mark is left.
		await forgetClips(storage, marker.id, part ?? marker.clips.map(({ path }) => path));
	}
	return ok(undefined);
}

function partsOf(paths: readonly string[]): readonly (readonly string[])[] {
	return Array.from({ length: Math.ceil(paths.length / MOST_PATHS) }, (_, n) =>
		paths.slice(n * MOST_PATHS, (n + 1) * MOST_PATHS),
	);
}

const away = (subject: string): Failure => ({ kind: 'source-offline', subject });

const failureOf = (failure: ServerFailure, subject: string): Failure =>
	failure.kind === 'offline' ? away(subject) : { kind: 'server-refused', subject, detail: serverFailureText(failure) };
