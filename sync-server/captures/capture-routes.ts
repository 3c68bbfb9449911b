import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
	CaptureDefaults,
	changeCapture,
	createCapture,
	deleteCaptures,
	getCapture,
	getCaptureArchive,
	getCaptureDefaults,
	getCaptureFile,
	getCaptureThumbnail,
	getCaptureUsage,
	getRetention,
	listCaptures,
	prepareCaptureArchive,
	previewRetention,
	retryCapture,
	runRetention,
	setCaptureDefaults,
	setRetention,
} from '#contract/captures';
import type { Failure } from '#core/failure';
import { apiRoom } from '../api-room.ts';
import { deviceIdOf } from '../auth/request-device.ts';
import type { Settings } from '../db/settings.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import { versionOf } from '../static/open-file.ts';
import { sendFile } from '../static/send-file.ts';
import { dispositionOf } from '../streaming/disposition.ts';
import type { CaptureArchives } from './archives.ts';
import { fileNameOf } from './capture-origin.ts';
import { type Captures, VANISHED } from './captures.ts';
import { captureError } from './failure-text.ts';
import type { CaptureRetention } from './retention.ts';

export interface CaptureServices {
	readonly captures: Captures;
	readonly archives: CaptureArchives;
	readonly retention: CaptureRetention;
	readonly settings: Settings;
	/** Says which pages may show captures. */
	readonly sharing: Readonly<Record<string, string>>;
}

const FRESH = { 'Cache-Control': 'no-store' };
const PRIVATE = { 'Cache-Control': 'private, no-cache, no-transform' };
const DEFAULTS = 'captures.defaults';
const MOST_PREVIEWED = 100;

const FIRST_DEFAULTS: CaptureDefaults = {
	screenshot: { format: 'jpeg', quality: 92, subtitles: 'none' },
	clip: { mode: 'precise', format: 'mp4', quality: 75, shortSide: null, subtitles: 'playing' },
};

/** The gallery and what fills it. */
export function captureRoutes({ captures, archives, retention, settings, sharing }: CaptureServices): OpenAPIHono {
	const room = apiRoom();
	const unknown = (c: Context): Response =>
		refuse(c, { code: 'not_found', message: 'There is no such capture any more.' });

	room.openapi(toOpenApi(createCapture), async (c) => {
		const taken = await captures.take(c.req.valid('json'), deviceIdOf(c));
		return taken.ok ? c.json(taken.value, 202, FRESH) : (refuse(c, taken.error) as never);
	});

	room.openapi(toOpenApi(listCaptures), (c) => {
		const page = captures.page(c.req.valid('query'));
		if (page.ok) return c.json(page.value, 200, FRESH);
		const message = 'The cursor is not of this list. Start at its first page.';
		return refuse(c, { code: 'invalid_request', message }) as never;
	});

	// Before those with an id: their last part would be taken for one.
	room.openapi(toOpenApi(getCaptureUsage), async (c) => c.json(await captures.usage(), 200, FRESH));
	room.openapi(toOpenApi(getCaptureDefaults), (c) =>
		c.json(settings.get(DEFAULTS, CaptureDefaults) ?? FIRST_DEFAULTS, 200, FRESH),
	);
	room.openapi(toOpenApi(setCaptureDefaults), (c) => {
		const defaults = c.req.valid('json');
		settings.set(DEFAULTS, defaults);
		return c.json(defaults, 200, FRESH);
	});

	room.openapi(toOpenApi(getRetention), (c) => {
		const { rule, last, nextAt } = retention;
		return c.json({ rule, last, nextAt }, 200, FRESH);
	});
	room.openapi(toOpenApi(setRetention), (c) => c.json((retention.rule = c.req.valid('json')), 200, FRESH));
	room.openapi(toOpenApi(previewRetention), (c) => {
		const due = retention.due(c.req.valid('json'));
		const bytes = due.reduce((sum, one) => sum + one.bytes, 0);
		const shown = captures.shown(due.slice(0, MOST_PREVIEWED).map(({ id }) => id));
		return c.json({ count: due.length, bytes, captures: shown }, 200, FRESH);
	});
	room.openapi(toOpenApi(runRetention), async (c) => c.json(await retention.run(), 200, FRESH));

	room.openapi(toOpenApi(deleteCaptures), async (c) => {
		const { deleted, trouble } = await captures.remove(c.req.valid('json').ids);
		return c.json({ deleted: [...deleted], trouble: [...trouble] }, 200, FRESH);
	});

	room.openapi(toOpenApi(prepareCaptureArchive), (c) => {
		const prepared = archives.prepare(c.req.valid('json').ids);
		if (prepared !== undefined) return c.json(prepared, 200, FRESH);
		return refuse(c, { code: 'not_found', message: 'None of these captures has a file. Choose others.' }) as never;
	});
	room.openapi(toOpenApi(getCaptureArchive), async (c) => {
		const opened = await archives.open(c.req.valid('param').archive);
		if (opened === undefined) {
			return refuse(c, { code: 'not_found', message: 'There is no such archive. Choose the captures again.' }) as never;
		}
		if (opened === 'gone') {
			return refuse(c, { code: 'gone', message: 'This archive is over. Choose the captures again.' }) as never;
		}
		return c.body(opened.body, 200, {
			...{ ...sharing, ...FRESH, 'Content-Type': 'application/zip', 'X-Content-Type-Options': 'nosniff' },
			'Content-Disposition': dispositionOf('attachment', opened.name),
		}) as never;
	});

	room.openapi(toOpenApi(getCapture), (c) => {
		const capture = captures.get(c.req.valid('param').id);
		return capture === undefined ? (unknown(c) as never) : c.json(capture, 200, FRESH);
	});
	room.openapi(toOpenApi(changeCapture), (c) => {
		const changed = captures.change(c.req.valid('param').id, c.req.valid('json'));
		return changed === undefined ? (unknown(c) as never) : c.json(changed, 200, FRESH);
	});
	room.openapi(toOpenApi(retryCapture), (c) => {
		const again = captures.retry(c.req.valid('param').id, deviceIdOf(c));
		if (again === undefined) return unknown(c) as never;
		if (again !== 'not-failed') return c.json(again, 200, FRESH);
		return refuse(c, { code: 'conflict', message: 'Only a capture that failed can be made anew.' }) as never;
	});

	room.openapi(toOpenApi(getCaptureFile), async (c) => {
		const { id } = c.req.valid('param');
		const waiting = notThere(c, id);
		if (waiting !== undefined) return waiting as never;
		const opened = await captures.open(id);
		if (!opened.ok) return gone(c, id, opened.error) as never;
		const { file, row, type } = opened.value;
		const kind = c.req.valid('query').download === 'true' ? 'attachment' : 'inline';
		const headers = { ...sharing, ...PRIVATE, 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' };
		const named = { ...headers, 'Content-Disposition': dispositionOf(kind, fileNameOf(row)) };
		return (await sendFile(c, { file, tag: versionOf(file) }, named)) as never;
	});
	room.openapi(toOpenApi(getCaptureThumbnail), async (c) => {
		const { id } = c.req.valid('param');
		const waiting = notThere(c, id);
		if (waiting !== undefined) return waiting as never;
		const made = await captures.thumbnail(id, Number(c.req.valid('query').width));
		if (!made.ok) return gone(c, id, made.error) as never;
		const headers = { ...sharing, ...PRIVATE, 'Content-Type': 'image/webp' };
		return (await sendFile(c, { file: made.value, tag: versionOf(made.value) }, headers)) as never;
	});

	/** The answer where there is no such capture, or no file of it yet. */
	function notThere(c: Context, id: string): Response | undefined {
		const capture = captures.get(id);
		if (capture === undefined) return unknown(c);
		if (capture.status === 'complete') return undefined;
		if (capture.message === VANISHED) return refuse(c, { code: 'gone', message: VANISHED });
		const message = capture.message ?? 'It is still being made. Ask again in a moment.';
		return refuse(c, { code: 'conflict', message }, capture.status === 'pending' ? { 'Retry-After': '1' } : {});
	}

	function gone(c: Context, id: string, failure: Failure): Response {
		if (failure.kind !== 'source-missing') {
			const { message } = captureError(failure);
			return refuse(c, { code: failure.kind === 'unsupported' ? 'not_found' : 'gone', message });
		}
		if (captures.get(id) === undefined) return unknown(c);
		const message = `“${failure.subject}” is not in the folder of captures any more. Delete the capture, or retry to take it again.`;
		return refuse(c, { code: 'gone', message });
	}

	return room;
}
