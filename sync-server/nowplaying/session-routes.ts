import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiError } from '#contract/api-error';
import { getItemImage, listSessions } from '#contract/sessions';
import type { Failure } from '#core/failure';
import { isAbort } from '#core/result';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import { versionOf } from '../static/open-file.ts';
import { sendFile } from '../static/send-file.ts';
import type { ItemImages } from './item-images.ts';
import type { PlayingNow } from './playing-now.ts';

export interface SessionRoutesParts {
	readonly playing: PlayingNow;
	readonly images: ItemImages;
	/** Says which pages may show media. */
	readonly sharing: Readonly<Record<string, string>>;
}

/** What plays, and its pictures. */
export function sessionRoutes({ playing, images, sharing }: SessionRoutesParts): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(listSessions), async (c) =>
		c.json(await playing.list(), 200, { 'Cache-Control': 'no-store' }),
	);

	room.openapi(toOpenApi(getItemImage), async (c) => {
		const { id, item, image } = c.req.valid('param');
		const server = playing.watch(id)?.server;
		if (server === undefined) return refuse(c, NO_PICTURE) as never;
		const wanted = { item: item.toLowerCase(), image, width: Number(c.req.valid('query').width) };
		const opened = await images.open(id, server, wanted, c.req.raw.signal).catch((thrown: unknown) => {
			if (isAbort(thrown)) return undefined;
			throw thrown;
		});
		if (opened?.ok !== true) return refuse(c, refusalOf(opened?.error)) as never;
		const headers = { ...sharing, 'Cache-Control': 'private, max-age=86400', 'Content-Type': 'image/webp' };
		return (await sendFile(c, { file: opened.value, tag: versionOf(opened.value) }, headers)) as never;
	});

	return room;
}

const NO_PICTURE: ApiError = { code: 'not_found', message: 'The media server has no such picture.' };

/** Undefined: nobody waited for it. */
function refusalOf(failure: Failure | undefined): ApiError {
	switch (failure?.kind) {
		case 'source-missing':
			return NO_PICTURE;
		case 'source-unreadable':
			return { code: 'unprocessable', message: 'What the media server sent is not a picture that can be shown.' };
		case 'out-of-space':
			return { code: 'unavailable', message: 'The server has no space left for pictures. Free some, then try again.' };
		default:
			return {
				code: 'unavailable',
				message: 'The media server does not hand out the picture now. Try again in a moment.',
			};
	}
}
