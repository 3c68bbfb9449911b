import * as z from 'zod';

/** What the server answers when it does not do what it was asked. `code` is for programs, `message` for people. */
export const ApiError = z
	.object({
		code: z.enum(['not_found', 'invalid_request', 'method_not_allowed', 'range_not_satisfiable', 'internal']),
		message: z.string(),
		details: z.unknown().optional(),
	})
	.readonly();
export type ApiError = z.infer<typeof ApiError>;
