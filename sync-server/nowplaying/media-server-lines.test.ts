import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { MediaServerLines, NEVER_ASKED } from './media-server-lines.ts';

let asked = 0;
const server = createServer((_, response) => {
	asked += 1;
	response.end('it plays');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
afterEach(() => {
	asked = 0;
	server.closeAllConnections();
});

/** A name server that gives these, turn by turn. */
function names(...turns: readonly (readonly string[])[]): { lookup: LookupFunction; readonly looks: () => number } {
	let looks = 0;
	const lookup: LookupFunction = (_name, _options, callback) => {
		const found = turns[Math.min(looks, turns.length - 1)] ?? [];
		looks += 1;
		callback(
			null,
			found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
		);
	};
	return { lookup, looks: () => looks };
}

const { signal } = new AbortController();
const from = (lookup: LookupFunction) =>
	new MediaServerLines(lookup).request(`http://tv.example:${port}/sessions`, { headers: {}, signal });

test.each([
	['the address of cloud secrets', '169.254.169.254'],
	['that address inside IPv6', '::ffff:169.254.169.254'],
	['its IPv6 form', 'fd00:ec2::254'],
	['a link-local address with a zone', 'fe80::1%eth0'],
])('a name that leads to %s is not connected to', async (_, address) => {
	await expect(from(names([address]).lookup)).rejects.toMatchObject({ code: NEVER_ASKED });
});

test('a machine at home is reached, also when its name has a link-local address beside', async () => {
	const answer = await from(names(['fe80::1%eth0', '127.0.0.1']).lookup);
	expect(await text(answer)).toBe('it plays');
});

test('a name is asked once for a connection, so that a second answer leads nowhere', async () => {
	const { lookup, looks } = names(['127.0.0.1'], ['169.254.169.254']);
	expect(await text(await from(lookup))).toBe('it plays');
	expect([looks(), asked]).toEqual([1, 1]);
});

test('a connection that was kept is used again without asking', async () => {
	const { lookup, looks } = names(['127.0.0.1'], ['169.254.169.254']);
	const lines = new MediaServerLines(lookup);
	const ask = async () => text(await lines.request(`http://tv.example:${port}/`, { headers: {}, signal }));
	expect([await ask(), await ask(), looks()]).toEqual(['it plays', 'it plays', 1]);
});

/** A media server of one test, and a question to it. */
async function told(listener: RequestListener, idleMs?: number) {
	// It keeps connections for ever: what is ended, we end.
	const other = createServer({ keepAliveTimeout: 0 }, listener).listen(0, '127.0.0.1');
	onTestFinished(() => {
		other.closeAllConnections();
		other.close();
	});
	await once(other, 'listening');
	const lines = new MediaServerLines(names(['127.0.0.1']).lookup, idleMs);
	const url = `http://tv.example:${(other.address() as AddressInfo).port}/`;
	return { ask: () => lines.request(url, { headers: {}, signal }) };
}

test('what is lost on connections that died while they were kept is asked for once more, on a new one', async () => {
	const connections: Socket[] = [];
	let both = () => {};
	const bothAreThere = new Promise<void>((resolve) => (both = resolve));
	const { ask } = await told(({ socket }, response) => {
		// It forgets whom it has answered once.
		if (connections.includes(socket)) return void socket.resetAndDestroy();
		connections.push(socket);
		if (connections.length === 2) both();
		void bothAreThere.then(() => response.end('it plays'));
	});
	expect(await Promise.all([ask().then(text), ask().then(text)])).toEqual(['it plays', 'it plays']);
	expect(await text(await ask())).toBe('it plays');
	expect(connections).toHaveLength(3);
});

test('a server that ends a new connection is not asked a second time', async () => {
	let questions = 0;
	const { ask } = await told(({ socket }) => {
		questions += 1;
		socket.destroy();
	});
	await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
	expect(questions).toBe(1);
});

test('a connection that nobody asks anything on is given up', async () => {
	const { ask } = await told((_, response) => response.end('it plays'), 20);
	const answer = await ask();
	const { socket } = answer;
	const ended = once(socket, 'close');
	expect(await text(answer)).toBe('it plays');
	await ended;
	expect(socket.destroyed).toBe(true);
});

test('an answer that rests for longer than that comes to its end', async () => {
	let goOn = () => {};
	const { ask } = await told((_, response) => {
		response.write('it ');
		goOn = () => response.end('plays');
	}, 20);
	const answer = await ask();
	await once(answer.socket, 'timeout');
	goOn();
	expect(await text(answer)).toBe('it plays');
});
