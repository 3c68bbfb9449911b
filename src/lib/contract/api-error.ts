import * as z from 'zod';

/** What the server answers when it does not do what it was asked. `code` is for programs, `message` for people. */
export const ApiError = z
	.object({
		code: z.enum([
			'invalid_request',
			'not_signed_in',
			'forbidden',
			'not_found',
			'method_not_allowed',
			'conflict',
			'gone',
			'too_large',
			'unsupported_media',
			'range_not_satisfiable',
			'unprocessable',
			'too_many_requests',
			'internal',
			'unavailable',
			'out_of_space',
		]),
		message: z.string(),
		details: z.unknown().optional(),
	})
	.readonly();
export type ApiError = z.infer<typeof ApiError>;
