import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiError } from '#contract/api-error';

const statusOf: Record<ApiError['code'], ContentfulStatusCode> = {
	invalid_request: 400,
	not_signed_in: 401,
	forbidden: 403,
	not_found: 404,
	method_not_allowed: 405,
	conflict: 409,
	gone: 410,
	too_large: 413,
	unsupported_media: 415,
	range_not_satisfiable: 416,
	unprocessable: 422,
	too_many_requests: 429,
	internal: 500,
	unavailable: 503,
	out_of_space: 507,
};

/** Answers with an `ApiError` and the status that goes with its code. */
export function refuse(c: Context, error: ApiError, headers: Record<string, string> = {}): Response {
	return c.json(error, statusOf[error.code], { 'Cache-Control': 'no-store', ...headers });
}
