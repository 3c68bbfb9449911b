import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiError } from '#contract/api-error';
import { addWebhook, changeWebhook, listWebhooks, removeWebhook, testWebhook } from '#contract/webhooks';
import { apiRoom } from '../api-room.ts';
import { maySetUp } from '../auth/request-device.ts';
import { refuse } from '../errors/api-errors.ts';
import { toOpenApi } from '../open-api.ts';
import type { Webhooks, WebhookTerms } from './webhooks.ts';

const FRESH = { 'Cache-Control': 'no-store' };
const NOT_PAIRED: ApiError = {
	code: 'forbidden',
	message: 'Only a paired device may set webhooks. Pair this one under Settings, Server.',
};

export function webhookRoutes(webhooks: Webhooks): OpenAPIHono {
	const room = apiRoom();

	room.openapi(toOpenApi(listWebhooks), (c) => c.json({ webhooks: [...webhooks.list()] }, 200, FRESH));

	room.openapi(toOpenApi(addWebhook), (c) => {
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const added = webhooks.add(c.req.valid('json'));
		return added.ok ? c.json(added.value, 200, FRESH) : (refuse(c, added.error) as never);
	});

	room.openapi(toOpenApi(changeWebhook), (c) => {
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const given = Object.entries(c.req.valid('json')).filter(([, value]) => value !== undefined);
		const terms: Partial<WebhookTerms> = Object.fromEntries(given);
		const changed = webhooks.change(c.req.valid('param').id, terms);
		return changed.ok ? c.json(changed.value, 200, FRESH) : (refuse(c, changed.error) as never);
	});

	room.openapi(toOpenApi(removeWebhook), (c) => {
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		if (webhooks.remove(c.req.valid('param').id)) return c.json({ removed: true as const }, 200, FRESH);
		return refuse(c, { code: 'not_found', message: 'There is no such webhook any more.' }) as never;
	});

	room.openapi(toOpenApi(testWebhook), async (c) => {
		if (!maySetUp(c)) return refuse(c, NOT_PAIRED) as never;
		const tested = await webhooks.test(c.req.valid('param').id);
		return tested.ok ? c.json(tested.value, 200, FRESH) : (refuse(c, tested.error) as never);
	});

	return room;
}
