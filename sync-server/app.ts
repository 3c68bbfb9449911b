import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { refuse } from './errors/api-errors.ts';
import { healthRoutes } from './health/health-routes.ts';
import { filesToSocket } from './static/files-to-socket.ts';
import { securityHeaders } from './static/security-headers.ts';
import { staticRoutes } from './static/static-routes.ts';

/** What the app is a function of. */
export interface AppParts {
	/** Folder of the built web app. */
	readonly appFolder: string;
	/** Of the package. */
	readonly version: string;
	/** Told of what broke; the client only learns that something did. */
	readonly onError: (error: Error) => void;
	/** Before every answer under /api: who may ask. Absent: everybody. */
	readonly guard?: readonly MiddlewareHandler[];
	/** The routes of each room. */
	readonly rooms?: readonly OpenAPIHono[];
}

/** Everything the server answers, without a socket: tests call `request` on it. */
export function createApp({ appFolder, version, onError, guard = [], rooms = [] }: AppParts): OpenAPIHono {
	const app = new OpenAPIHono();
	app.use(filesToSocket, securityHeaders);
	app.route('/', healthRoutes(version));
	for (const middleware of guard) app.use('/api/*', middleware);
	for (const room of rooms) app.route('/', room);
	app.doc31('/api/openapi.json', { openapi: '3.1.0', info: { title: 'Octocut', version } });
	app.all('/api/*', (c) =>
		refuse(c, { code: 'not_found', message: `The server knows no ${c.req.method} ${c.req.path}.` }),
	);
	app.all('/api', (c) => refuse(c, { code: 'not_found', message: 'There is nothing at /api itself.' }));
	app.route('/', staticRoutes(appFolder));
	app.onError((error, c) => {
		onError(error);
		return refuse(c, { code: 'internal', message: 'The server failed to answer; its log says why.' });
	});
	return app;
}
