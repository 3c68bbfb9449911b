import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Failure } from '#core/failure';
import { isAbort, type Result } from '#core/result';
import {
	getAudio,
	getCache,
	getLivePiece,
	getLivePlaylist,
	getPeaks,
	getStream,
	getStrip,
	getThumbnail,
} from '#contract/streaming';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { apiErrorOf } from '../library/failures.ts';
import { toOpenApi } from '../open-api.ts';
import { type OpenFile, versionOf } from '../static/open-file.ts';
import { sendFile } from '../static/send-file.ts';
import type { CopyKind } from './copy-recipes.ts';
import type { DerivedMedia } from './derived-media.ts';
import { dispositionOf } from './disposition.ts';
import type { LivePieces } from './live-pieces.ts';
import type { MediaCopies } from './media-copies.ts';

export interface StreamServices {
	readonly copies: MediaCopies;
	readonly derived: DerivedMedia;
	readonly live: LivePieces;
	/** Says which pages may show media. */
	readonly sharing: Readonly<Record<string, string>>;
}

const PRIVATE = { 'Cache-Control': 'private, no-cache, no-transform' };
const RETRY_S = '2';

/** What is made of files: small pictures, waveforms, copies in several qualities. */
export function streamRoutes({ copies, derived, live, sharing }: StreamServices): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(getThumbnail), async (c) => {
		const { width } = c.req.valid('query');
		return (await send(c, await derived.thumbnail(c.req.valid('param').id, Number(width)), 'image/webp')) as never;
	});
	room.openapi(toOpenApi(getStrip), async (c) => {
		const { height } = c.req.valid('query');
		return (await send(c, await derived.strip(c.req.valid('param').id, Number(height)))) as never;
	});
	room.openapi(toOpenApi(getPeaks), async (c) => {
		return (await send(c, await derived.peaks(c.req.valid('param').id))) as never;
	});

	room.openapi(toOpenApi(getStream), async (c) => {
		return (await copy(c, c.req.valid('param').id, c.req.valid('query').quality)) as never;
	});
	room.openapi(toOpenApi(getAudio), async (c) => {
		return (await copy(c, c.req.valid('param').id, 'audio')) as never;
	});
	room.openapi(toOpenApi(getCache), async (c) => {
		const states = await copies.states(c.req.valid('param').id);
		if (!states.ok) return refuse(c, apiErrorOf(states.error)) as never;
		const { audio, ...all } = states.value;
		const qualities = Object.fromEntries(Object.entries(all).filter(([, state]) => state !== null));
		return c.json({ qualities, audio }, 200, { 'Cache-Control': 'no-store' }) as never;
	});

	room.openapi(toOpenApi(getLivePlaylist), async (c) => {
		const { search } = new URL(c.req.url);
		const playlist = await live.playlist(c.req.valid('param').id, search);
		if (!playlist.ok) return refuse(c, apiErrorOf(playlist.error)) as never;
		const headers = { ...sharing, ...PRIVATE, 'Content-Type': 'application/vnd.apple.mpegurl' };
		return c.body(playlist.value, 200, headers) as never;
	});
	room.openapi(toOpenApi(getLivePiece), async (c) => {
		const { id, quality, piece } = c.req.valid('param');
		const wanted = piece === 'init.mp4' ? 'head' : parseInt(piece, 10);
		const exact = c.req.valid('query').exact === 'true';
		const { signal } = c.req.raw;
		const made = await live.piece(id, { quality, wanted, exact }, signal).catch((thrown: unknown) => {
			if (isAbort(thrown)) return null;
			throw thrown;
		});
		if (made === null) {
			// Read by nobody, or by somebody whose server is about to stop.
			const message = 'The piece was not made, because nobody seemed to wait for it. Ask again.';
			return refuse(c, { code: 'unavailable', message }, { 'Retry-After': '1' }) as never;
		}
		if (!made.ok) return refuse(c, apiErrorOf(made.error)) as never;
		return c.body(made.value, 200, { ...sharing, ...PRIVATE, 'Content-Type': 'video/mp4' }) as never;
	});

	function send(
		c: Context,
		made: Result<OpenFile, Failure>,
		type = 'application/octet-stream',
	): Response | Promise<Response> {
		if (!made.ok) return refuse(c, apiErrorOf(made.error));
		return sendFile(
			c,
			{ file: made.value, tag: versionOf(made.value) },
			{ ...sharing, ...PRIVATE, 'Content-Type': type },
		);
	}

	async function copy(c: Context, id: string, kind: CopyKind): Promise<Response> {
		const found = await copies.get(id, kind);
		if (!found.ok) return refuse(c, apiErrorOf(found.error));
		const state = found.value;
		if (state.kind === 'making') {
			const headers = { 'Retry-After': RETRY_S, Location: `/api/jobs/${state.job.id}`, 'Cache-Control': 'no-store' };
			return c.json({ job: state.job }, 202, headers);
		}
		const { file, recipe, name } = state;
		return sendFile(
			c,
			{ file, tag: versionOf(file) },
			{
				...sharing,
				...PRIVATE,
				'Content-Type': recipe.contentType,
				'Content-Disposition': dispositionOf('inline', name.replace(/\.[^.]*$/, '') + recipe.ending),
			},
		);
	}

	return room;
}
