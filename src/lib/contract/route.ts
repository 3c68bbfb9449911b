import type * as z from 'zod';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One thing that can be asked of the server: what is sent, what comes back, by status. Both sides read the same object. */
export interface RouteShape {
	readonly method: Method;
	/** From the root, with `{name}` for a parameter: `/api/exports/{id}`. */
	readonly path: `/api/${string}`;
	readonly summary: string;
	readonly params?: z.ZodObject;
	readonly query?: z.ZodObject;
	/** Sent as JSON. */
	readonly body?: z.ZodType;
	/** JSON bodies by HTTP status. */
	readonly replies: Readonly<Record<number, z.ZodType>>;
	/** Media types of bodies that are no JSON, by HTTP status. */
	readonly files?: Readonly<Record<number, string>>;
}

/** Writes a route down with its exact types. */
export const defineRoute = <const R extends RouteShape>(route: R): R => route;
