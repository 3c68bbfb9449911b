import type { OpenAPIHono } from '@hono/zod-openapi';

/** Answered without a sign-in. */
const OPEN = ['/api/health', '/api/auth/pair'];
const text = (contentType: string, description: string) => ({
	200: { description, content: { [contentType]: { schema: { type: 'string' as const } } } },
});

/** The document of everything the server answers, made of the routes' own schemas. */
export function openApiDocument(app: OpenAPIHono, version: string) {
	const document = app.getOpenAPI31Document({
		openapi: '3.1.0',
		info: {
			title: 'Octocut',
			version,
			description:
				'Failures are answered with an ApiError: `code` for programs, `message` for people. Where the server asks for a sign-in, send the cookie of a paired browser or `Authorization: Bearer` with the token of a paired device.',
			license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
		},
		security: [{ bearer: [] }, { cookie: [] }, {}],
	});
	for (const path of OPEN) {
		for (const operation of Object.values(document.paths?.[path] ?? {}) as { security?: unknown[] }[]) {
			operation.security = [];
		}
	}
	return document;
}

/** What is answered beside the contract, and how one proves who asks. */
export function describeTheRest(app: OpenAPIHono): void {
	const { openAPIRegistry: registry } = app;
	registry.registerComponent('securitySchemes', 'bearer', {
		type: 'http',
		scheme: 'bearer',
		description: 'The token that POST /api/auth/pair gave to a device.',
	});
	registry.registerComponent('securitySchemes', 'cookie', {
		type: 'apiKey',
		in: 'cookie',
		name: 'octocut-…',
		description: 'The cookie of a paired browser; the name ends in eight figures of this server.',
	});
	registry.registerPath({
		method: 'get',
		path: '/api/openapi.json',
		summary: 'This document',
		responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
	});
	registry.registerPath({
		method: 'get',
		path: '/api/docs',
		summary: 'This document for people',
		responses: text('text/html', 'A page'),
	});
	registry.registerPath({
		method: 'get',
		path: '/metrics',
		summary: 'Figures for Prometheus',
		responses: text('text/plain', 'In the text format of Prometheus'),
	});
}
