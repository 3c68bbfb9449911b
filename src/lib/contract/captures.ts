import * as z from 'zod';
import { CAPTURE_FORMATS, CLIP_FORMATS, SCREENSHOT_FORMATS } from '#core/capture/capture-format';
import { Ratio } from '#core/crop/crop';
import { ApiError } from './api-error.ts';
import { LibraryId } from './library.ts';
import { defineRoute } from './route.ts';
import { SessionId } from './sessions.ts';
import { SourceKind } from './sources.ts';

export const CaptureId = z.string().regex(/^[\w-]{1,64}$/, 'is not an id of a capture');
export const CaptureType = z.enum(['screenshot', 'clip']);
export type CaptureType = z.infer<typeof CaptureType>;

const seconds = z.number().min(0).max(1e6);
/** The part of the picture that is kept. */
const crop = z
	.object({
		ratio: Ratio,
		/** 0..1 of the displayed picture. */
		centre: z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).readonly(),
	})
	.readonly();
/** Pixels of the short side; never made larger than the film. */
const shortSide = z.int().min(64).max(4320);
/** What is burned into the picture: a track by its id, what shows on the screen that plays, or nothing. */
const subtitles = z.union([z.enum(['playing', 'none']), z.string().regex(/^(s|e)\d{1,3}$/)]);

export const ScreenshotRequest = z
	.object({
		type: z.literal('screenshot'),
		session: SessionId,
		/** Seconds of the film. Absent: where it is now. */
		atS: seconds.optional(),
		/** Added to `atS`, or to where it is now. */
		offsetS: z.number().min(-3600).max(3600).default(0),
		format: z.enum(SCREENSHOT_FORMATS).default('jpeg'),
		/** 1..100; PNG has none. */
		quality: z.int().min(1).max(100).default(92),
		shortSide: shortSide.optional(),
		crop: crop.optional(),
		subtitles: subtitles.default('none'),
	})
	.readonly();

export const ClipRequest = z
	.object({
		type: z.literal('clip'),
		session: SessionId,
		span: z.discriminatedUnion('kind', [
			/** The last seconds up to `endS`, or up to now. */
			z.object({ kind: z.literal('last'), seconds: z.number().min(0.1).max(3600), endS: seconds.optional() }),
			z.object({ kind: z.literal('exact'), startS: seconds, endS: seconds }),
		]),
		/** `fast`: the packets as they are, from the key frame at or before the start; `precise`: encoded, to the frame. */
		mode: z.enum(['fast', 'precise']).default('precise'),
		/** A clip may be an hour long, a GIF a minute. */
		format: z.enum(CLIP_FORMATS).default('mp4'),
		/** 1..100, of `precise`; 75 is CRF 18 with H.264. */
		quality: z.int().min(1).max(100).default(75),
		shortSide: shortSide.optional(),
		crop: crop.optional(),
		/** Needs `precise` and a format with a picture. */
		subtitles: subtitles.default('none'),
	})
	.readonly();

export const CaptureRequest = z.discriminatedUnion('type', [ScreenshotRequest, ClipRequest]);
export type CaptureRequest = z.infer<typeof CaptureRequest>;
/** As a client writes it: what has a default may be left out. */
export type NewCapture = z.input<typeof CaptureRequest>;

export const CaptureStatus = z.enum(['pending', 'complete', 'failed']);
export type CaptureStatus = z.infer<typeof CaptureStatus>;

/** A screenshot or a clip that was taken from what played. */
export const Capture = z
	.object({
		id: CaptureId,
		type: CaptureType,
		status: CaptureStatus,
		/** Why it failed, and what to do. */
		message: z.string().optional(),
		/** The job that makes it. */
		job: z.string().optional(),
		/** 0..1 while pending. */
		progress: z.number().min(0).max(1),
		/** Sentences on what went otherwise than asked: "Starts at 0:59:58.0, at the key frame before". */
		notes: z.array(z.string()).readonly(),
		/** Given by the person, else made of the title and the time. Without extension. */
		name: z.string(),
		source: SourceKind,
		sourceName: z.string(),
		title: z.string(),
		subtitle: z.string().optional(),
		year: z.int().optional(),
		user: z.string().optional(),
		/** Seconds of the film where it really begins. */
		startS: z.number().nonnegative(),
		/** Of a clip. */
		endS: z.number().nonnegative().optional(),
		format: z.enum(CAPTURE_FORMATS),
		/** Of the finished file. */
		bytes: z.int().nonnegative(),
		width: z.int().nonnegative().optional(),
		height: z.int().nonnegative().optional(),
		durationS: z.number().nonnegative().optional(),
		favourite: z.boolean(),
		createdAt: z.iso.datetime(),
		/** The file of the library that it was taken from, as long as it is there: opens in the editor. */
		media: LibraryId.optional(),
		/** Seconds of the film at which that file begins, of films in several files; absent: 0. */
		offsetS: z.number().positive().optional(),
		/** Links that work, so that people see what is out. */
		shares: z.int().nonnegative(),
	})
	.readonly();
export type Capture = z.infer<typeof Capture>;

export const createCapture = defineRoute({
	method: 'post',
	path: '/api/captures',
	summary: 'Takes a screenshot or a clip of what plays; a job makes it',
	body: CaptureRequest,
	replies: { 202: Capture, 404: ApiError, 409: ApiError, 422: ApiError, 429: ApiError, 503: ApiError, 507: ApiError },
});

export const CaptureSort = z.enum(['-created', 'created', 'name', '-bytes']);
export type CaptureSort = z.infer<typeof CaptureSort>;

export const listCaptures = defineRoute({
	method: 'get',
	path: '/api/captures',
	summary: 'What was captured, a page at a time',
	query: z.object({
		type: CaptureType.optional(),
		source: SourceKind.optional(),
		status: CaptureStatus.optional(),
		favourite: z.enum(['true', 'false']).optional(),
		/** Words that all stand in the name, title or subtitle. */
		query: z.string().max(200).optional(),
		/** Taken at or after; before. */
		from: z.iso.datetime().optional(),
		to: z.iso.datetime().optional(),
		sort: CaptureSort.default('-created'),
		cursor: z.string().max(2000).optional(),
		limit: z.coerce.number().int().min(1).max(500).default(100),
	}),
	replies: {
		200: z
			.object({
				items: z.array(Capture).readonly(),
				next: z.string().nullable(),
				/** How many there are altogether with these filters. */
				total: z.int().nonnegative(),
			})
			.readonly(),
		400: ApiError,
	},
});

const captureParams = z.object({ id: CaptureId });

export const getCapture = defineRoute({
	method: 'get',
	path: '/api/captures/{id}',
	summary: 'One capture',
	params: captureParams,
	replies: { 200: Capture, 404: ApiError },
});

export const changeCapture = defineRoute({
	method: 'patch',
	path: '/api/captures/{id}',
	summary: 'Gives a capture another name, or marks it as a favourite',
	params: captureParams,
	body: z.object({ name: z.string().trim().min(1).max(200).optional(), favourite: z.boolean().optional() }).readonly(),
	replies: { 200: Capture, 404: ApiError },
});

/** Tries again with what was asked for; the film must still be reachable. */
export const retryCapture = defineRoute({
	method: 'post',
	path: '/api/captures/{id}/retry',
	summary: 'Makes a failed capture anew',
	params: captureParams,
	replies: { 200: Capture, 404: ApiError, 409: ApiError },
});

/** Of a pending one its job is cancelled first. Links to it close. */
export const deleteCaptures = defineRoute({
	method: 'post',
	path: '/api/captures/delete',
	summary: 'Deletes captures: files, rows and links',
	body: z.object({ ids: z.array(CaptureId).min(1).max(1000).readonly() }).readonly(),
	replies: {
		200: z.object({ deleted: z.array(CaptureId).readonly(), trouble: z.array(z.string()).readonly() }).readonly(),
	},
});

const passing = { sig: z.string().max(500).optional() };

export const getCaptureFile = defineRoute({
	method: 'get',
	path: '/api/captures/{id}/file',
	summary: 'The screenshot or clip itself, whole or by range',
	params: captureParams,
	query: z.object({ ...passing, download: z.enum(['true', 'false']).default('false') }),
	files: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
	replies: { 404: ApiError, 409: ApiError, 410: ApiError, 416: ApiError },
});

export const getCaptureThumbnail = defineRoute({
	method: 'get',
	path: '/api/captures/{id}/thumbnail',
	summary: 'A small picture of a capture, as WebP',
	params: captureParams,
	query: z.object({ ...passing, width: z.enum(['320', '640']).default('320') }),
	files: { 200: 'image/webp' },
	replies: { 404: ApiError, 409: ApiError, 410: ApiError },
});

/** An archive is made while it is fetched: `getCaptureArchive`, within ten minutes. */
export const prepareCaptureArchive = defineRoute({
	method: 'post',
	path: '/api/captures/archives',
	summary: 'Puts captures together for one download',
	body: z.object({ ids: z.array(CaptureId).min(1).max(1000).readonly() }).readonly(),
	replies: { 200: z.object({ archive: z.string(), bytes: z.int().nonnegative() }).readonly(), 404: ApiError },
});

export const getCaptureArchive = defineRoute({
	method: 'get',
	path: '/api/captures/archives/{archive}',
	summary: 'Several captures in one ZIP',
	params: z.object({ archive: z.string().regex(/^[\w-]{1,64}$/) }),
	query: z.object(passing),
	files: { 200: 'application/zip' },
	replies: { 404: ApiError, 410: ApiError },
});

/** What the gallery takes, and what is left on its disk. */
export const getCaptureUsage = defineRoute({
	method: 'get',
	path: '/api/captures/usage',
	summary: 'How much room captures take',
	replies: {
		200: z
			.object({
				count: z.int().nonnegative(),
				bytes: z.number().nonnegative(),
				favourites: z.int().nonnegative(),
				freeBytes: z.number().nonnegative().nullable(),
			})
			.readonly(),
	},
});

/** What one press takes: kept by the server, the same on every device. */
export const CaptureDefaults = z
	.object({
		screenshot: z
			.object({
				format: z.enum(SCREENSHOT_FORMATS),
				quality: z.int().min(1).max(100),
				subtitles: z.enum(['playing', 'none']),
			})
			.readonly(),
		clip: z
			.object({
				mode: z.enum(['fast', 'precise']),
				format: z.enum(CLIP_FORMATS),
				quality: z.int().min(1).max(100),
				shortSide: shortSide.nullable(),
				subtitles: z.enum(['playing', 'none']),
			})
			.readonly(),
	})
	.readonly();
export type CaptureDefaults = z.infer<typeof CaptureDefaults>;

export const getCaptureDefaults = defineRoute({
	method: 'get',
	path: '/api/captures/defaults',
	summary: 'What one press takes',
	replies: { 200: CaptureDefaults },
});

export const setCaptureDefaults = defineRoute({
	method: 'put',
	path: '/api/captures/defaults',
	summary: 'Sets what one press takes',
	body: CaptureDefaults,
	replies: { 200: CaptureDefaults },
});

/** What is cleared away by itself, every day. Favourites stay. `null`: no limit. */
export const Retention = z
	.object({
		maxAgeDays: z.int().min(1).max(36_500).nullable(),
		maxBytes: z.int().min(1_000_000).nullable(),
	})
	.readonly();
export type Retention = z.infer<typeof Retention>;

const RetentionRun = z
	.object({
		at: z.iso.datetime(),
		removed: z.int().nonnegative(),
		bytes: z.number().nonnegative(),
		/** What could not be removed. */
		trouble: z.array(z.string()).readonly(),
	})
	.readonly();

export const getRetention = defineRoute({
	method: 'get',
	path: '/api/captures/retention',
	summary: 'What is cleared away by itself, and what was last time',
	replies: {
		200: z.object({ rule: Retention, last: RetentionRun.nullable(), nextAt: z.iso.datetime().nullable() }).readonly(),
	},
});

export const setRetention = defineRoute({
	method: 'put',
	path: '/api/captures/retention',
	summary: 'Sets what is cleared away by itself',
	body: Retention,
	replies: { 200: Retention },
});

/** Removes nothing. */
export const previewRetention = defineRoute({
	method: 'post',
	path: '/api/captures/retention/preview',
	summary: 'What a rule would clear away now',
	body: Retention,
	replies: {
		200: z
			.object({
				count: z.int().nonnegative(),
				bytes: z.number().nonnegative(),
				/** The first hundred, oldest first. */
				captures: z.array(Capture).readonly(),
			})
			.readonly(),
	},
});

export const runRetention = defineRoute({
	method: 'post',
	path: '/api/captures/retention/run',
	summary: 'Clears away now what the rule says',
	replies: { 200: RetentionRun },
});
