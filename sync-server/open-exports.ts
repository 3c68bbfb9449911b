import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Config } from './config.ts';
import type { Encoders } from './encoders/encoders.ts';
import { AfterServerExports, type ExportHistory } from './exports/after-server-exports.ts';
import { ExportFolder } from './exports/export-folder.ts';
import { DOWNLOADS, exportHandler } from './exports/export-handler.ts';
import { clipOf, exportRoutes } from './exports/export-routes.ts';
import type { Ffmpeg } from './ffmpeg/ffmpeg.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { MediaFiles } from './library/media-files.ts';

export interface ExportsParts {
	readonly config: Pick<Config, 'exportDir'>;
	readonly queue: JobQueue;
	readonly media: MediaFiles;
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Encoders;
	readonly history: ExportHistory;
	readonly onError: (error: unknown) => void;
}

export interface Exports {
	readonly room: OpenAPIHono;
	/** Before the queue starts: removes what jobs left that will not go on. */
	start(): Promise<void>;
	close(): void;
}

/** How many of the latest exports are looked at for the clips of one group. */
const LOOKED_AT = 2000;

/** The room of exports: the handler of their jobs, and their routes. */
export function openExports(parts: ExportsParts): Exports {
	const { config, queue, media, ffmpeg, encoders, history, onError } = parts;
	const folder = new ExportFolder(config.exportDir);
	const after = new AfterServerExports(folder, history, (markerId) =>
		queue
			.list({ kind: 'export', state: 'ended', limit: LOOKED_AT })
			.flatMap((job) => clipOf(queue, job) ?? [])
			.filter((clip) => clip.after.marker.id === markerId),
	);
	queue.handle('export', exportHandler({ media, ffmpeg, encoders, folder, after }));
	const unsubscribe = queue.subscribe((event) => {
		// What was made to be fetched goes with its job.
		if (event.type === 'job-removed') folder.remove(`${DOWNLOADS}/${event.id}`).catch(onError);
	});
	return {
		room: exportRoutes({ queue, media, ffmpeg, folder, after }),
		start: async () => {
			try {
				await folder.sweep((id) => ['queued', 'running'].includes(queue.get(id)?.state ?? ''));
			} catch (thrown) {
				// A folder that cannot be read is told by the first export.
				onError(thrown);
			}
		},
		close: unsubscribe,
	};
}
