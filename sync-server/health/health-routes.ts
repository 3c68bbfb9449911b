import { OpenAPIHono } from '@hono/zod-openapi';
import { CONTRACT_VERSION, getHealth } from '#contract/health';
import { toOpenApi } from '../open-api.ts';

/** `version` is the package's. */
export const healthRoutes = (version: string) =>
	new OpenAPIHono().openapi(toOpenApi(getHealth), (c) =>
		c.json({ status: 'ok', app: 'octocut', version, contractVersion: CONTRACT_VERSION } as const, 200, {
			'Cache-Control': 'no-store',
		}),
	);
