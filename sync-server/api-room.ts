import { OpenAPIHono } from '@hono/zod-openapi';
import { refuse } from './errors/api-errors.ts';

/** An empty group of routes; what does not fit a route's schemas is answered with an `ApiError` that names what is wrong. */
export const apiRoom = (): OpenAPIHono =>
	new OpenAPIHono({
		defaultHook: (result, c) => {
			if (result.success) return;
			const issues = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
			const [first] = issues;
			const where = first === undefined || first.path === '' ? 'The request' : `“${first.path}”`;
			const message = `${where} is not as the server expects it: ${first?.message ?? 'it does not parse'}.`;
			return refuse(c, { code: 'invalid_request', message, details: issues });
		},
	});
