import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import type { Connection, ConnectionState } from '$lib/remote/connection';
import type { Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { EditorState } from '../editor-state.svelte.ts';
import { DESTINATION_KEY } from './export-kept.ts';
import { ExportState } from './export-state.svelte.ts';

/* The server as a destination that was kept from an earlier visit. */

type OnServer = Extract<Destination, { kind: 'server' }>;

/** A server that a test says what it is, and whether it is there. */
class FakeConnection {
	place: string | undefined = '';
	serverId: string | undefined;
	client = undefined;
	current: ConnectionState = { kind: 'none' };
	readonly #watchers = new Set<(state: ConnectionState) => void>();
	readonly state: Connection['state'] = {
		subscribe: (next) => {
			this.#watchers.add(next);
			return { unsubscribe: () => void this.#watchers.delete(next) };
		},
	};

	meet({ place, name, id }: OnServer, isThere = true): void {
		[this.place, this.serverId] = [place, id];
		const at = { base: 'http://server.test', name };
		this.current = isThere ? { kind: 'connected', ...at, health: {} as never } : { kind: 'offline', ...at };
		this.#watchers.forEach((tell) => tell(this.current));
		flushSync();
	}
}

async function trial(kept: Destination, work: (parts: Awaited<ReturnType<typeof open>>) => void): Promise<void> {
	const parts = await open(kept);
	const stop = $effect.root(() => {
		$effect(() => void [parts.exporting.destination, parts.exporting.away]);
	});
	flushSync();
	work(parts);
	stop();
}

async function open(kept: Destination) {
	const connection = new FakeConnection();
	const settings = { get: (key: string) => Promise.resolve(key === DESTINATION_KEY ? kept : undefined) };
	const exporting = new ExportState({
		editor: {} as EditorState,
		storage: { settings } as unknown as Storage,
		queue: { enqueue: () => Promise.resolve([]) },
		engines: [],
		connection,
	});
	await exporting.load();
	return { connection, exporting };
}

const attic = { kind: 'server', place: '', name: 'attic', id: 'attic-id' } as const;

test('a server that was set up anew at its address is the destination as it is now', () =>
	trial({ ...attic, id: 'before' }, ({ connection, exporting }) => {
		expect(exporting.destination).toEqual({ ...attic, id: 'before' });
		connection.meet({ ...attic, name: 'new attic' });
		expect(exporting.destination).toEqual({ ...attic, name: 'new attic' });
		expect(exporting.away).toBeUndefined();
	}));

test('a server that has moved to another address is no other and not away; another one is', () =>
	trial({ ...attic, place: 'http://192.0.2.7' }, ({ connection, exporting }) => {
		connection.meet({ ...attic, place: 'https://attic' });
		expect(exporting.destination).toEqual({ ...attic, place: 'https://attic' });
		expect(exporting.away).toBeUndefined();
		connection.meet({ ...attic, place: 'https://attic' }, false);
		expect(exporting.away).toContain('attic');
		connection.meet({ kind: 'server', place: 'https://cellar', name: 'cellar', id: 'cellar-id' });
		expect(exporting.destination).toEqual({ ...attic, place: 'http://192.0.2.7' });
		expect(exporting.away).toContain('attic');
	}));

test('a server that does not tell who it is, is known by its address; what it was is kept', () =>
	trial(attic, ({ connection, exporting }) => {
		const before = exporting.destination;
		connection.meet({ kind: 'server', place: '', name: 'attic' });
		expect(exporting.destination).toBe(before);
		expect(exporting.away).toBeUndefined();
	}));
