import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ApiError } from '#contract/api-error';
import { UPLOADS_PATH } from '#contract/uploads';
import { apiRoom } from '../api-room.ts';
import { refuse } from '../errors/api-errors.ts';
import { UPLOAD_ID, type UploadStore } from './upload-store.ts';

const METHODS = new Set(['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']);

const codes: Readonly<Record<number, ApiError['code']>> = {
	403: 'forbidden',
	404: 'not_found',
	409: 'conflict',
	410: 'gone',
	413: 'too_large',
	415: 'unsupported_media',
	460: 'conflict',
	500: 'internal',
	507: 'out_of_space',
};

/** The tus protocol; its refusals are told as all others are. */
export function uploadRoutes(uploads: UploadStore): OpenAPIHono {
	const room = apiRoom();
	room.all(UPLOADS_PATH, (c) => answer(c.req.raw, (error) => refuse(c, error)));
	room.all(`${UPLOADS_PATH}/:id`, (c) => {
		const id = c.req.param('id');
		if (!UPLOAD_ID.test(id)) return refuse(c, { code: 'not_found', message: 'The server knows no such upload.' });
		return answer(c.req.raw, (error) => refuse(c, error));
	});

	async function answer(request: Request, refused: (error: ApiError) => Response): Promise<Response> {
		// What is uploaded is read from the library, not from here.
		if (!METHODS.has(request.method))
			return refused({ code: 'method_not_allowed', message: 'Uploads are sent by the tus protocol.' });
		const response = await uploads.handle(request);
		// Which origins may ask is decided once, for all of the API.
		for (const name of [...response.headers.keys()]) {
			if (name.startsWith('access-control-')) response.headers.delete(name);
		}
		response.headers.set('Cache-Control', 'no-store');
		if (response.status < 400 || request.method === 'HEAD') return response;
		const said = (await response.text()).trim();
		const headers = new Headers(response.headers);
		headers.delete('Content-Length');
		headers.set('Content-Type', 'application/json');
		return new Response(JSON.stringify(errorFrom(response.status, said)), {
			status: response.status as ContentfulStatusCode,
			headers,
		});
	}
	return room;
}

function errorFrom(status: number, said: string): ApiError {
	try {
		const told = ApiError.safeParse(JSON.parse(said));
		if (told.success) return told.data;
	} catch (thrown) {
		// Plain words of tus itself.
		if (!(thrown instanceof SyntaxError)) throw thrown;
	}
	return {
		code: codes[status] ?? 'invalid_request',
		message: `The upload was refused: ${said || `status ${status}`}.`,
	};
}
