/** The outcome of work that may be impossible: inability is a value; exceptions are for bugs, misuse and cancel. */
export type Result<T, F> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: F };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const err = <F>(error: F): { readonly ok: false; readonly error: F } => ({ ok: false, error });

/** Thrown when the code is wrong, never when the world is. */
export class InvariantError extends Error {
	override name = 'InvariantError';
}

/** Ends a `switch` over a union: a new member does not compile until it is handled. */
export function unreachable(value: never): never {
	throw new InvariantError(`unhandled case: ${JSON.stringify(value)}`);
}

/** Whether something thrown is the platform's cancel, `AbortError`: of a DOM call, or carried over from a worker. */
export const isAbort = (thrown: unknown): boolean =>
	typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'AbortError';

/** The value, or an `InvariantError` that says what should have been there. */
export function present<T>(value: T | null | undefined, what: string): T {
	if (value === null || value === undefined) throw new InvariantError(`${what} is missing`);
	return value;
}
