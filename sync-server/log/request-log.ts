import type { MiddlewareHandler } from 'hono';
import type { Log } from './logger.ts';

/** One line a request, at debug: what was asked, by whom, how it ended. No query: it may hold a signature. */
export const requestLog =
	(log: Log): MiddlewareHandler =>
	async (c, next) => {
		if (!log.isLevelEnabled('debug')) return next();
		const start = performance.now();
		await next();
		const { method, path } = c.req;
		const ms = Math.round(performance.now() - start);
		const who = { device: c.get('device')?.id, address: c.get('client')?.address };
		log.debug({ method, path, status: c.res.status, ms, ...who }, `${method} ${path} ${c.res.status}, ${ms} ms`);
	};
