import { upgradeWebSocket } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WebSocket } from 'ws';
import { SOCKET_PATH } from '#contract/socket';
import { apiRoom } from '../api-room.ts';
import { deviceIdOf } from '../auth/request-device.ts';
import { refuse } from '../errors/api-errors.ts';
import type { SocketClient } from './socket-client.ts';
import type { SocketHub } from './socket-hub.ts';

/** The one WebSocket. Who may open it is decided by the guard, which has seen the request before. */
export function socketRoutes(hub: SocketHub): OpenAPIHono {
	const room = apiRoom();
	room.get(SOCKET_PATH, async (c, next) => {
		if (c.req.header('upgrade')?.toLowerCase() === 'websocket') return next();
		return refuse(c, { code: 'invalid_request', message: 'Here is a WebSocket; a plain request gets nothing.' });
	});
	room.get(
		SOCKET_PATH,
		upgradeWebSocket((c) => {
			let client: SocketClient | undefined;
			return {
				onOpen: (_, { raw }) => (client = hub.add(raw as WebSocket, deviceIdOf(c))),
				onMessage: ({ data }) => client?.receive(data as string | ArrayBuffer),
				onClose: () => client && hub.remove(client),
				// A frame that is too large, or broken on its way: `ws` has closed the socket with the code for it, and `onClose` follows.
				onError: () => undefined,
			};
		}),
	);
	return room;
}
