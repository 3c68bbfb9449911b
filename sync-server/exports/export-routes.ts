import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIHono } from '@hono/zod-openapi';
import {
	deleteExports,
	type ExportItem,
	findSources,
	getExportFile,
	listExportFiles,
	ServerExport,
	startExports,
} from '#contract/exports';
import type { ServerJob } from '#contract/jobs';
import { pathsBeside } from '#core/dataset/beside-clip';
import { outputFileName } from '#core/export/output-file-name';
import { err, ok, type Result } from '#core/result';
import type { ApiError } from '#contract/api-error';
import { apiRoom } from '../api-room.ts';
import { deviceIdOf } from '../auth/request-device.ts';
import { refuse } from '../errors/api-errors.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { MediaFiles } from '../library/media-files.ts';
import { toOpenApi } from '../open-api.ts';
import { contentType } from '../static/content-type.ts';
import { sendPath } from '../static/send-file.ts';
import { dispositionOf } from '../streaming/disposition.ts';
import type { AfterServerExports, DoneClip } from './after-server-exports.ts';
import type { ExportFolder } from './export-folder.ts';
import { ExportPayload } from './export-handler.ts';

export interface ExportRoomParts {
	readonly queue: JobQueue;
	readonly media: MediaFiles;
	readonly ffmpeg: Ffmpeg;
	readonly folder: ExportFolder;
	readonly after: AfterServerExports;
}

/** More jobs of one group than this are not looked at. */
const MOST_JOBS = 5000;

export function exportRoutes(parts: ExportRoomParts): OpenAPIHono {
	const { queue, media, ffmpeg, folder, after } = parts;
	const room = apiRoom();

	room.openapi(toOpenApi(startExports), async (c) => {
		const { items, destination, priority, group = randomUUID() } = c.req.valid('json');
		// Before all else: of what is refused for another reason, an app clears up what has these ids.
		const taken = takenIds(queue, items, destination);
		if (taken.length > 0) {
			const message = 'Another export is kept there in its place. Remove this one from the list and export again.';
			return refuse(c, { code: 'conflict', message, details: { ids: taken } }) as never;
		}
		const found = await ffmpeg.find();
		if (!found.ok) return refuse(c, { code: 'unavailable', message: found.error }) as never;
		const wanted = new Set(items.flatMap(({ task }) => task.pieces.map((piece) => piece.media)));
		for (const fingerprint of wanted) {
			const file = await media.findByFingerprint(fingerprint);
			if (file.ok) continue;
			const message =
				'The server does not have a file that this is to be made of. Put it into one of its folders, or upload it.';
			return refuse(c, { code: 'not_found', message, details: { media: fingerprint } }) as never;
		}
		const jobs = queue.enqueue(
			items.map((item) => ({
				...(item.id !== undefined && { id: item.id }),
				...{ kind: 'export' as const, lane: 'export' as const, title: outputFileName(item.task.output) },
				...{ payload: { item, destination } satisfies ExportPayload, priority, group, device: deviceIdOf(c) },
			})),
		);
		return c.json({ group, jobs: [...jobs] }, 202);
	});

	room.openapi(toOpenApi(findSources), async (c) => {
		const { media: asked } = c.req.valid('json');
		const present: string[] = [];
		for (const fingerprint of asked) if ((await media.findByFingerprint(fingerprint)).ok) present.push(fingerprint);
		return c.json({ present }, 200, { 'Cache-Control': 'no-store' });
	});

	room.openapi(toOpenApi(listExportFiles), async (c) => {
		const job = queue.get(c.req.valid('param').id);
		const files = await madeFiles(job, folder);
		if (!files.ok) return refuse(c, files.error) as never;
		const beside = await filesBeside(queue, job, folder);
		return c.json({ files: [...files.value], beside: [...beside] }, 200, { 'Cache-Control': 'no-store' });
	});

	room.openapi(toOpenApi(getExportFile), async (c) => {
		const job = queue.get(c.req.valid('param').id);
		const files = await madeFiles(job, folder);
		if (!files.ok) return refuse(c, files.error) as never;
		const { n, beside } = c.req.valid('query');
		const file =
			beside === undefined
				? files.value[n]
				: (await filesBeside(queue, job, folder)).find(({ path }) => path === beside);
		const full = file && (await folder.find(file.path));
		if (file === undefined || full === undefined) return refuse(c, GONE) as never;
		const name = file.path.slice(file.path.lastIndexOf('/') + 1);
		return (await sendPath(c, full, {
			'Content-Type': contentType(name),
			'Content-Disposition': dispositionOf('attachment', name),
			'Cache-Control': 'private, no-cache, no-transform',
		})) as never;
	});

	room.openapi(toOpenApi(deleteExports), async (c) => {
		const { group } = c.req.valid('param');
		const { only } = c.req.valid('query');
		const wanted = only === undefined ? undefined : new Set([only].flat());
		const goes = (made: ServerExport): boolean => wanted?.has(made.files[0] ?? '') ?? true;
		const jobs = queue.list({ kind: 'export', group, limit: MOST_JOBS });
		if (jobs.length === 0)
			return refuse(c, { code: 'not_found', message: 'The server knows no such group of exports.' }) as never;
		if (wanted === undefined) {
			await Promise.all(jobs.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => queue.cancel(id)));
		}
		const ended = queue.list({ kind: 'export', group, limit: MOST_JOBS }).filter((job) => {
			const made = resultOf(job);
			return made === undefined ? wanted === undefined : goes(made);
		});
		const clips = ended.flatMap((job) => clipOf(queue, job) ?? []);
		const others = ended.flatMap((job) => (clipOf(queue, job) === undefined ? (resultOf(job) ?? []) : []));
		const trouble = await after.remove(clips, others);
		// What could not be deleted stays to be tried again.
		if (trouble.length === 0) for (const { id } of ended) queue.remove(id);
		return c.json({ removed: clips.length + others.length, trouble: [...trouble] }, 200);
	});

	return room;
}

/** Ids that name something else already: other work, another export, or two in one request. */
function takenIds(
	queue: JobQueue,
	items: readonly ExportItem[],
	destination: ExportPayload['destination'],
): readonly string[] {
	const asked = new Map<string, ExportPayload>();
	const taken = new Set<string>();
	for (const item of items) {
		if (item.id === undefined) continue;
		const payload: ExportPayload = { item, destination };
		const job = queue.get(item.id);
		const known = asked.get(item.id) ?? (job && queue.payload(item.id));
		if (known !== undefined && !((job?.kind ?? 'export') === 'export' && isSame(known, payload))) taken.add(item.id);
		asked.set(item.id, payload);
	}
	return [...taken];
}

/** Whether what was asked for before is the same, to the last number. What an older version wrote is read as this one reads it. */
function isSame(before: unknown, payload: ExportPayload): boolean {
	const read = ExportPayload.safeParse(before);
	return read.success && isDeepStrictEqual(asJson(read.data), asJson(payload));
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const GONE: ApiError = { code: 'gone', message: 'The file is no longer where the server made it.' };

function resultOf(job: ServerJob): ServerExport | undefined {
	if (job.state !== 'done') return undefined;
	const parsed = ServerExport.safeParse(job.result);
	return parsed.success ? parsed.data : undefined;
}

/** The clip of a job that is done and belongs to a group of a profile. */
export function clipOf(queue: JobQueue, job: ServerJob): DoneClip | undefined {
	const result = resultOf(job);
	const payload = result && ExportPayload.safeParse(queue.payload(job.id));
	const item = payload?.success === true && payload.data.destination === 'server' ? payload.data.item : undefined;
	return result && item?.after && { after: item.after, result };
}

type Files = Awaited<ReturnType<ExportFolder['files']>>;

/** What is written down about the clip of a job. */
async function filesBeside(queue: JobQueue, job: ServerJob | undefined, folder: ExportFolder): Promise<Files> {
	const clip = job && clipOf(queue, job);
	const [path] = clip?.result.files ?? [];
	if (clip === undefined || path === undefined) return [];
	return (await Promise.all(pathsBeside(path, clip.after).map((one) => folder.files(one)))).flat();
}

async function madeFiles(job: ServerJob | undefined, folder: ExportFolder): Promise<Result<Files, ApiError>> {
	if (job?.kind !== 'export') return err({ code: 'not_found', message: 'The server knows no such export.' });
	const result = resultOf(job);
	if (result === undefined) return err({ code: 'not_found', message: 'This export has not made its file.' });
	const files = (await Promise.all(result.files.map((path) => folder.files(path)))).flat();
	return files.length > 0 ? ok(files) : err(GONE);
}
