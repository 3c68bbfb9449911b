import type { OpenAPIHono } from '@hono/zod-openapi';
import { describeTheRest, openApiDocument } from './describe-api.ts';
import { docsPage, type ApiDocument } from './docs-page.ts';

/** The page loads nothing and runs nothing. */
const POLICY =
	"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Mounted last: it describes every route of `app`. The document is made at the first request. */
export function mountDocs(app: OpenAPIHono, version: string): void {
	describeTheRest(app);
	let made: ReturnType<typeof openApiDocument> | undefined;
	const document = () => (made ??= openApiDocument(app, version));
	app.get('/api/openapi.json', (c) => c.json(document(), 200, { 'Cache-Control': 'no-cache' }));
	app.get('/api/docs', (c) =>
		c.html(docsPage(document() as unknown as ApiDocument), 200, {
			'Content-Security-Policy': POLICY,
			'Cache-Control': 'no-cache',
		}),
	);
}
