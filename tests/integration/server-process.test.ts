import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { addressIn, type ServerProcess, type ServerProcessOptions, startServerProcess } from '../server-process.ts';

const started: ChildProcess[] = [];

function run(env: Record<string, string>, options?: ServerProcessOptions): ServerProcess {
	const server = startServerProcess(env, options);
	started.push(server.child);
	return server;
}

afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
	'it says where it is, and %s stops it within a second, answers under way or not',
	async (signal) => {
		const { child, says, ended } = run({ PORT: '0' });
		const address = addressIn(await says('Octocut is ready'));
		expect((await fetch(`${address}/api/health`)).status).toBe(200);
		// A kept-alive connection with a request that never ends.
		const held = fetch(`${address}/api/health`, {
			method: 'POST',
			body: new ReadableStream(),
			duplex: 'half',
		} as RequestInit);
		held.catch(() => undefined);
		const asked = performance.now();
		child.kill(signal);
		const { code } = await ended();
		expect(code).toBe(0);
		expect(performance.now() - asked).toBeLessThan(1000);
	},
);

test('a taken port is told in a sentence', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	const { code, said } = await run({ PORT: `${port}` }).ended();
	other.close();
	expect(code).toBe(1);
	expect(said.trim()).toBe(
		`Port ${port} on localhost is taken. Stop what uses it, or choose another port: PORT=${port + 1} npm start`,
	);
});

test.each([
	[{ PORT: 'eighty' }, 'PORT="eighty" must be a whole number from 0 to 65535.'],
	[{ PORT: '70000' }, 'PORT="70000" must be a whole number from 0 to 65535.'],
	[{ HOST: ' ' }, 'HOST=" " is empty; leave it out for localhost, or set an address such as 0.0.0.0.'],
	[{ HOST: '203.0.113.7', PORT: '0' }, '203.0.113.7 is not an address of this machine.'],
])('%j is refused in a sentence', async (env, sentence) => {
	const { code, said } = await run(env).ended();
	expect(code).toBe(1);
	expect(said).toContain(sentence);
	expect(said).not.toContain('    at ');
});

test('HOST=0.0.0.0 is reached as localhost', async () => {
	const { says } = run({ HOST: '0.0.0.0', PORT: '0' });
	const address = addressIn(await says('Octocut is ready'));
	expect(address).toMatch(/^http:\/\/localhost:\d+$/);
	expect((await fetch(`${address.replace('localhost', '127.0.0.1')}/api/health`)).status).toBe(200);
});

test('it reads .env where it is started; the environment itself goes before', async () => {
	const cwd = mkdtempSync(join(tmpdir(), 'octocut-env-'));
	writeFileSync(join(cwd, '.env'), 'PORT=0\nMAX_JOBS=many\n');
	const { code, said } = await run({}, { cwd }).ended();
	expect([code, said.trim()]).toEqual([1, 'MAX_JOBS="many" must be a whole number from 1 to 64.']);
	const address = addressIn(await run({ MAX_JOBS: '1' }, { cwd }).says('Octocut is ready'));
	expect((await fetch(`${address}/api/health`)).status).toBe(200);
	rmSync(cwd, { recursive: true });
});
