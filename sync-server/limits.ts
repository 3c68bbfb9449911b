import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { refuse } from './errors/api-errors.ts';

const MB = 1024 * 1024;
/** Tasks carry the crop of every frame. */
const LONGER: Readonly<Record<string, number>> = { '/api/exports': 16 * MB };

/** JSON of more than 1 MB (exports: 16 MB) is refused before it is read. Uploads are not JSON: they have limits of their own. */
export const jsonLimit: MiddlewareHandler = (c, next) => {
	const { method, path } = c.req;
	if (
		method === 'GET' ||
		method === 'HEAD' ||
		c.req.header('Content-Type')?.startsWith('application/offset+') === true
	) {
		return next();
	}
	const maxSize = LONGER[path] ?? MB;
	return bodyLimit({
		maxSize,
		onError: (c) =>
			refuse(c, {
				code: 'too_large',
				message: `The request is larger than the ${maxSize / MB} MB that are taken at once.`,
			}),
	})(c, next);
};
