import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '#contract/health';
import { mountDocs } from './docs/docs-routes.ts';
import { refuse } from './errors/api-errors.ts';
import { type HealthParts, healthRoutes } from './health/health-routes.ts';
import { jsonLimit } from './limits.ts';
import { filesToSocket } from './static/files-to-socket.ts';
import { securityHeaders } from './static/security-headers.ts';
import { staticRoutes } from './static/static-routes.ts';

/** What the app is a function of. */
export interface AppParts extends HealthParts {
	/** Folder of the built web app. */
	readonly appFolder: string;
	/** Told of what broke; the client only learns that something did. */
	readonly onError: (error: Error) => void;
	/** Before every answer under /api and /metrics: who may ask, and what is noted about it. Absent: everybody. */
	readonly guard?: readonly MiddlewareHandler[];
	/** The routes of each room. */
	readonly rooms?: readonly OpenAPIHono[];
	/** Pages for people who are not signed in, outside of /api: no guard stands before them. */
	readonly publicPages?: readonly Hono[];
	/** Other servers that the app, handed out by this one, may speak to: origins. */
	readonly connectTo?: readonly string[];
}

/** Everything the server answers, without a socket: tests call `request` on it. */
export function createApp(parts: AppParts): OpenAPIHono {
	const { appFolder, version, onError, guard = [], rooms = [], publicPages = [], connectTo = [] } = parts;
	const app = new OpenAPIHono();
	app.use(filesToSocket, securityHeaders);
	app.use('/api/*', async (c, next) => {
		await next();
		c.res.headers.set(CONTRACT_HEADER, String(CONTRACT_VERSION));
	});
	for (const path of ['/api/*', '/metrics']) app.use(path, ...guard, jsonLimit);
	app.route('/', healthRoutes(parts));
	for (const room of rooms) app.route('/', room);
	mountDocs(app, version);
	app.all('/api/*', (c) =>
		refuse(c, { code: 'not_found', message: `The server knows no ${c.req.method} ${c.req.path}.` }),
	);
	app.all('/api', (c) => refuse(c, { code: 'not_found', message: 'There is nothing at /api itself.' }));
	for (const pages of publicPages) app.route('/', pages);
	app.route('/', staticRoutes(appFolder, connectTo));
	app.onError((error, c) => {
		if (error instanceof HTTPException && error.status < 500) return refuse(c, refusalOf(error));
		onError(error);
		return refuse(c, { code: 'internal', message: 'The server failed to answer; its log says why.' });
	});
	return app;
}

/** What Hono itself finds wrong with a request: a body that is no JSON, above all. */
function refusalOf({ status, message }: HTTPException) {
	if (status === 413) return { code: 'too_large', message: 'The request is too large.' } as const;
	return {
		code: 'invalid_request',
		message: `The request could not be read: ${message || `status ${status}`}.`,
	} as const;
}
