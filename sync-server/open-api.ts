import type { ZodType } from 'zod';
import type { RouteShape } from '#contract/route';

type JsonReply<S> = { description: string; content: { 'application/json': { schema: S } } };
type Replies<R extends RouteShape> = { [Status in keyof R['replies']]: JsonReply<R['replies'][Status]> };
type Part<R extends RouteShape, Name extends keyof RouteShape, As extends string = Name> = R[Name] extends ZodType
	? { [K in As]: R[Name] }
	: object;
type Body<R extends RouteShape> = R['body'] extends ZodType
	? { body: { required: true; content: { 'application/json': { schema: R['body'] } } } }
	: object;

/** What `toOpenApi` makes of a route: the same facts, as `@hono/zod-openapi` wants them. */
export type OpenApiRoute<R extends RouteShape> = {
	method: R['method'];
	path: R['path'];
	summary: string;
	request: Part<R, 'params'> & Part<R, 'query'> & Body<R>;
	responses: Replies<R>;
};

/** Turns a route of the contract into one that `OpenAPIHono.openapi` mounts, types kept. */
export function toOpenApi<const R extends RouteShape>(route: R): OpenApiRoute<R> {
	const json = (schema: ZodType) => ({ content: { 'application/json': { schema } } });
	const replies = Object.entries(route.replies).map(([status, schema]) => [
		status,
		{ description: schema.description ?? `Status ${status}`, ...json(schema) },
	]);
	const files = Object.entries(route.files ?? {}).map(([status, type]) => [
		status,
		{ description: type, content: { [type]: { schema: { type: 'string', format: 'binary' } } } },
	]);
	const mounted = {
		method: route.method,
		path: route.path,
		summary: route.summary,
		request: {
			...(route.params && { params: route.params }),
			...(route.query && { query: route.query }),
			...(route.body && { body: { required: true, ...json(route.body) } }),
		},
		responses: Object.fromEntries([...replies, ...files]) as unknown,
	};
	// The compiler cannot follow a mapped type through Object.entries.
	return mounted as OpenApiRoute<R>;
}
