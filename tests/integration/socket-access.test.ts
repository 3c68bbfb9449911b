import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type OwnServer, startServer } from '../sync/own-server.ts';

let server: OwnServer | undefined;
afterEach(() => server?.child.kill('SIGKILL'));

/** Resolves with what the server answers; throws for a refusal. */
async function ask<T>(path: string, init: { method?: string; token?: string; body?: unknown } = {}): Promise<T> {
	const response = await fetch(`${server?.url}${path}`, {
		method: init.method ?? 'POST',
		headers: {
			'Content-Type': 'application/json',
			...(init.token === undefined ? {} : { Authorization: `Bearer ${init.token}` }),
		},
		...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
	});
	if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
	return (await response.json()) as T;
}

const socketTo = (path: string): WebSocket => new WebSocket(`ws://127.0.0.1:${server?.port}${path}`);

test('a device that is signed out loses the socket it has open, the others keep theirs', async () => {
	server = await startServer({ AUTH: 'token', HOST: '127.0.0.1', LOG_LEVEL: 'silent' });
	let { said } = server;
	while (!/Token of this server: \S+/.test(said)) {
		const [text] = (await once(server.child.stdout!, 'data')) as [string];
		said += text;
	}
	const secret = /Token of this server: (\S+)/.exec(said)?.[1];
	const pair = () =>
		ask<{ device: { id: string }; token: string }>('/api/auth/pair', { body: { secret, as: 'bearer' } });
	const [kept, gone] = [await pair(), await pair()];
	const open = async (token: string): Promise<WebSocket> => {
		const { path } = await ask<{ path: string }>('/api/auth/sign', { token, body: { path: '/api/socket' } });
		const socket = socketTo(path);
		await once(socket, 'open');
		return socket;
	};
	const [keptSocket, goneSocket] = [await open(kept.token), await open(gone.token)];
	const closed = once(goneSocket, 'close');
	await ask(`/api/auth/devices/${gone.device.id}`, { method: 'DELETE', token: kept.token });
	expect((await closed)[0]).toBe(1008);
	expect(keptSocket.readyState).toBe(WebSocket.OPEN);
	keptSocket.terminate();

	// Without a signature, or with one that is spent, there is no socket at all.
	const refused = socketTo('/api/socket');
	const [error] = (await once(refused, 'error')) as [Error];
	expect(error.message).toContain('401');
});
