import { OpenAPIHono } from '@hono/zod-openapi';
import { hostname } from 'node:os';
import { CONTRACT_VERSION, getHealth, type HealthDetails } from '#contract/health';
import { toOpenApi } from '../open-api.ts';

export interface HealthParts {
	/** Of the package. */
	readonly version: string;
	/** For those who are signed in. Absent: the server only hands out the app. */
	readonly details?: () => Promise<HealthDetails>;
}

/** Strangers learn that the server is there and how old it is; whoever is signed in, how it is doing. */
export const healthRoutes = ({ version, details }: HealthParts) =>
	new OpenAPIHono().openapi(toOpenApi(getHealth), async (c) => {
		const device = c.get('device');
		const known = {
			...({ status: 'ok', app: 'octocut', version, contractVersion: CONTRACT_VERSION } as const),
			...(details && ({ access: device === undefined ? 'needed' : device.paired ? 'signed-in' : 'open' } as const)),
			...(details && device && { name: hostname(), details: await details() }),
		};
		return c.json(known, 200, { 'Cache-Control': 'no-store' });
	});
