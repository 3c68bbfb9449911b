import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiError } from '#contract/api-error';

const statusOf: Record<ApiError['code'], ContentfulStatusCode> = {
	not_found: 404,
	invalid_request: 400,
	method_not_allowed: 405,
	range_not_satisfiable: 416,
	internal: 500,
};

/** Answers with an `ApiError` and the status that goes with its code. */
export function refuse(c: Context, error: ApiError, headers: Record<string, string> = {}): Response {
	return c.json(error, statusOf[error.code], { 'Cache-Control': 'no-store', ...headers });
}
