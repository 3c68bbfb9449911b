import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Figures for Prometheus. Rooms register their own with `registry`. */
export interface Metrics {
	readonly registry: Registry;
	/** Measures requests by the route that answered, never by the path: ids would make a figure each. */
	readonly measure: MiddlewareHandler;
	/** `GET /metrics`. */
	readonly room: OpenAPIHono;
}

export function createMetrics(): Metrics {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry, prefix: 'octocut_' });
	const duration = new Histogram({
		name: 'octocut_http_request_duration_seconds',
		help: 'Time until an answer begins, by route',
		labelNames: ['method', 'route', 'status'],
		buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
		registers: [registry],
	});
	const room = new OpenAPIHono();
	room.get('/metrics', async (c) =>
		c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' }),
	);
	return {
		registry,
		room,
		measure: async (c, next) => {
			const end = duration.startTimer();
			await next();
			end({
				method: known(c.req.method),
				route: matchedRoutes(c).find(({ path }) => !path.endsWith('*'))?.path ?? 'none',
				status: c.res.status,
			});
		},
	};
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** A client may write any word for a method. */
const known = (method: string): string => (METHODS.includes(method) ? method : 'other');
