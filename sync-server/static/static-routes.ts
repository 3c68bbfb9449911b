import { type Context, Hono } from 'hono';
import { extname } from 'node:path';
import { refuse } from '../errors/api-errors.ts';
import { createAppPage } from './app-page.ts';
import { contentType } from './content-type.ts';
import { chooseEncoding } from './encoding.ts';
import { findFile } from './find-file.ts';
import { versionOf } from './open-file.ts';
import { sendPath } from './send-file.ts';

/** Names that carry a hash or a version: what they name never changes. */
const IMMUTABLE = /^\/(_app\/immutable\/|wasm\/[^/]+\/\d)/;
/** Folders of files only: a page is never found there. */
const NO_PAGES = /^\/(_app|wasm|models)(\/|$)/;

/** Serves the built app in `root`: its files, and its page wherever a person may go. `connectTo`: other servers that the page may speak to. */
export function staticRoutes(root: string, connectTo: readonly string[] = []): Hono {
	const appPage = createAppPage(root, connectTo);
	const routes = new Hono();

	routes.on(['GET', 'HEAD'], '*', async (c) => {
		const { path } = c.req;
		// The packed forms are sent under the plain name only.
		const file = /\.(br|gz)$/.test(path) ? null : await findFile(root, path);
		if (file && !/^\/index\.html$/i.test(path)) return send(c, path, file, {});
		if (!file && !isNavigation(c)) return refuse(c, { code: 'not_found', message: `There is no file ${path} here.` });
		const page = await appPage();
		if (!page) return refuse(c, { code: 'not_found', message: 'The app is not built yet. Run npm start.' });
		return send(c, '/index.html', page.file, { 'Content-Security-Policy': page.contentPolicy });
	});
	routes.all('*', (c) =>
		refuse(c, { code: 'method_not_allowed', message: 'Files can only be read.' }, { Allow: 'GET, HEAD' }),
	);

	async function send(
		c: Context,
		path: string,
		file: Parameters<typeof chooseEncoding>[2],
		headers: Record<string, string>,
	) {
		const ranged = c.req.header('Range') !== undefined;
		const sent = await chooseEncoding(root, path, file, ranged ? undefined : c.req.header('Accept-Encoding'));
		return sendPath(
			c,
			sent.path,
			{
				'Content-Type': contentType(path),
				'Cache-Control': IMMUTABLE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
				Vary: 'Accept-Encoding',
				...(sent.encoding && { 'Content-Encoding': sent.encoding }),
				...headers,
			},
			{
				suffix: sent.encoding === null ? '' : `-${sent.encoding}`,
				isSame: (file) => versionOf(file) === sent.version,
			},
		);
	}
	return routes;
}

/** A person going somewhere, as opposed to a page fetching a file. Browsers say which; others by what they accept. */
function isNavigation(c: Context): boolean {
	const { path } = c.req;
	if (path === '/') return true;
	if (NO_PAGES.test(path) || path.includes('/.') || extname(path) !== '') return false;
	const destination = c.req.header('Sec-Fetch-Dest');
	if (destination !== undefined) return destination === 'document';
	return /text\/html|\*\/\*/.test(c.req.header('Accept') ?? '*/*');
}
