import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { seededRandom } from '#core/batch/seeded-random';
import { blobsOfProject } from '#core/project/document-layout';
import { createServerClient } from '../../src/lib/remote/server-client.ts';
import { ServerBlobs } from '../../src/lib/remote/sync/server-blobs.ts';
import type { SocketLike } from '../../src/lib/remote/sync/server-link.ts';
import type { SharedDocument } from '../../src/lib/remote/sync/sync-client.ts';
import { dataFolder } from '../data-folder.ts';
import { Device, reached } from '../sync/device.ts';
import { startServer } from '../sync/own-server.ts';
import { trialServer, type TrialServer } from '../sync/server.ts';

const NAME = 'project:p';
const PROFILE = 'profile:p';
const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

/** What comes from the server comes twice now and then, and in another order within a few frames. */
function unruly(socket: SocketLike, random: () => number): SocketLike {
	return {
		get binaryType() {
			return socket.binaryType;
		},
		set binaryType(type) {
			socket.binaryType = type;
		},
		send: (data) => {
			socket.send(data);
			if (typeof data !== 'string' && random() < 0.2) socket.send(data);
		},
		close: () => socket.close(),
		addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => {
			const listen = socket.addEventListener.bind(socket) as (type: string, listener: unknown) => void;
			if (type !== 'message') return listen(type, listener);
			let held: { readonly data: unknown } | undefined;
			listen(type, (event: { readonly data: unknown }) => {
				if (held === undefined && event.data instanceof ArrayBuffer && random() < 0.3) {
					held = event;
					// Let through at the latest when what was under way has come.
					setTimeout(() => {
						if (held === event) [held] = [undefined, listener(event)];
					}, 5);
					return;
				}
				listener(event);
				if (random() < 0.2) listener(event);
				if (held !== undefined) [held] = [undefined, listener(held)];
			});
		},
	};
}

/** A device that makes entries, changes what it sees, and is cut off now and then. */
class Player {
	readonly doc = new Y.Doc();
	readonly shared: SharedDocument;
	readonly profile = new Y.Doc();
	readonly sharedProfile: SharedDocument;
	/** What lies beside the project, as far as this device has it. */
	readonly blobs = new Map<string, Uint8Array>();
	readonly #place = new ServerBlobs(() => (this.#url === undefined ? undefined : createServerClient(this.#url)));
	readonly #device: Device;
	#made = 0;
	#url: string | undefined;

	constructor(
		readonly name: string,
		random: () => number,
	) {
		this.#device = new Device(
			() => this.#url,
			(socket) => unruly(socket, random),
		);
		closing.push(() => this.#device.close());
		this.shared = this.#device.client.join(NAME, this.doc, { beforeSend: () => this.#sendBlobs() });
		this.sharedProfile = this.#device.client.join(PROFILE, this.profile);
		this.#device.link.onEvent(({ type }) => type === 'welcome' && this.#place.back());
	}

	connect(url: string | undefined): void {
		if (url === this.#url) return;
		this.#url = url;
		this.#device.link.restart();
	}

	edit(choice: number): void {
		const segments = this.doc.getMap<Y.Map<unknown>>('segments');
		const ids = [...segments.keys()].sort();
		const id = ids[choice % Math.max(ids.length, 1)];
		this.#made += 1;
		this.doc.transact(() => {
			// Never deleted: what must be there in the end.
			this.doc.getMap('made').set(`${this.name}-${this.#made}`, true);
			if (choice % 5 === 0) {
				const data = new TextEncoder().encode(`${this.name} ${this.#made} `.repeat(20));
				const hash = createHash('sha256').update(data).digest('hex');
				this.blobs.set(hash, data);
				// Two devices may say the same path anew: one of them holds.
				this.doc.getMap('cameraPaths').set(`${choice % 2}`, { media: 'm', path: { centres: hash } });
			} else if (id === undefined || choice % 3 === 0) {
				segments.set(`${this.name}-${this.#made}`, new Y.Map([['inS', choice]]));
			} else if (choice % 3 === 1) segments.get(id)?.set('outS', choice);
			else segments.delete(id);
		});
		this.profile.getMap('labels').set(`${this.name}-${choice % 7}`, this.#made);
		if (choice % 4 === 0) this.profile.getMap('profile').set('title', `${this.name} ${this.#made}`);
	}

	/** Takes from the server what the project speaks of, and looks whether it is whole. */
	async fetchBlobs(): Promise<boolean> {
		for (const hash of blobsOfProject(this.doc)) {
			const data = this.blobs.get(hash) ?? (await this.#place.get(hash));
			if (data === undefined || createHash('sha256').update(data).digest('hex') !== hash) return false;
			this.blobs.set(hash, data);
		}
		return true;
	}

	async #sendBlobs(): Promise<string | undefined> {
		for (const hash of blobsOfProject(this.doc)) {
			const data = this.blobs.get(hash);
			const refusal = data && (await this.#place.put(hash, data));
			if (refusal !== undefined) return refusal;
		}
		return undefined;
	}

	get made(): readonly string[] {
		return [...this.doc.getMap('made').keys()].filter((key) => key.startsWith(`${this.name}-`));
	}
}

const contentOf = ({ doc, profile }: Player): unknown => ({
	made: doc.getMap('made').toJSON(),
	segments: doc.getMap('segments').toJSON(),
	cameraPaths: doc.getMap('cameraPaths').toJSON(),
	labels: profile.getMap('labels').toJSON(),
	title: profile.getMap('profile').toJSON(),
});

const Step = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant('edit'), who: fc.nat(2), choice: fc.nat(1000) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('cut'), who: fc.nat(2), choice: fc.nat(0) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('heal'), who: fc.nat(2), choice: fc.nat(0) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('settle'), who: fc.nat(2), choice: fc.nat(0) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), who: fc.nat(0), choice: fc.nat(0) }) },
);

test('whatever is edited, cut off, doubled, shuffled and restarted: all devices end alike, with every edit', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(Step, { minLength: 5, maxLength: 40 }), fc.nat(), async (steps, seed) => {
			const dataDir = dataFolder();
			const random = seededRandom(seed);
			let server: TrialServer = await trialServer({ dataDir, idleMs: 1 });
			const port = Number(new URL(server.url).port);
			const players = ['a', 'b', 'c'].map((name) => new Player(name, random));
			const cut = new Set<Player>();
			for (const player of players) player.connect(server.url);
			for (const { kind, who, choice } of steps) {
				const player = players[who]!;
				if (kind === 'edit') player.edit(choice);
				if (kind === 'cut') {
					cut.add(player);
					player.connect(undefined);
				}
				if (kind === 'heal') {
					cut.delete(player);
					player.connect(server.url);
				}
				if (kind === 'settle' && !cut.has(player)) await reached(player.shared, 'synced');
				if (kind === 'restart') {
					await server.close();
					server = await trialServer({ dataDir, port, idleMs: 1 });
				}
			}
			for (const player of players) player.connect(server.url);
			const fresh = new Player('fresh', random);
			fresh.connect(server.url);
			const made = players.flatMap((player) => player.made).length;
			await expect
				.poll(() => [...players, fresh].every(({ doc }) => doc.getMap('made').size === made), { timeout: 30_000 })
				.toBe(true);
			await expect
				.poll(() => new Set([...players, fresh].map((one) => JSON.stringify(contentOf(one), sorted))).size, {
					timeout: 30_000,
				})
				.toBe(1);
			// Whatever is spoken of is there for who comes last.
			expect(await fresh.fetchBlobs()).toBe(true);
			await Promise.all([reached(fresh.shared, 'synced'), reached(fresh.sharedProfile, 'synced')]);
			expect(server.documents.list('profile').map(({ title }) => title)).toEqual(titlesOf(fresh));
			expect(await server.blobs.sweep()).toBe(0);
			for (const close of closing.splice(0)) await close();
			await server.close();
		}),
		{ numRuns: 12, seed: 7 },
	);
}, 300_000);

/** The one profile there is, by the name it has now; none before anything was written into it. */
const titlesOf = ({ profile }: Player): readonly unknown[] =>
	profile.share.size === 0 || profile.getMap('labels').size === 0
		? []
		: [profile.getMap('profile').get('title') ?? 'p'];

/** Keys in one order: maps keep that in which they heard of them. */
const sorted = (_: string, value: unknown): unknown =>
	value instanceof Object && !Array.isArray(value)
		? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
		: value;

test('what the server has acknowledged is there after kill −9, without the device that made it', async () => {
	const dataDir = dataFolder();
	const random = seededRandom(3);
	let server = await startServer({ DATA_DIR: dataDir });
	closing.push(() => server.child.kill('SIGKILL'));
	const port = String(server.port);
	const acknowledged = new Set<string>();
	for (let round = 0; round < 3; round += 1) {
		const player = new Player(`r${round}`, random);
		player.connect(server.url);
		await reached(player.shared, 'synced');
		for (let n = 0; n < 20; n += 1) {
			player.edit(n * 3);
			if (n % 5 === 4) {
				await reached(player.shared, 'synced');
				for (const key of player.made) acknowledged.add(key);
			}
		}
		// One more is under way when it dies.
		player.edit(1);
		server.child.kill('SIGKILL');
		await once(server.child, 'exit');
		player.connect(undefined);
		server = await startServer({ DATA_DIR: dataDir, PORT: port });
		const fresh = new Player(`fresh${round}`, random);
		fresh.connect(server.url);
		await reached(fresh.shared, 'synced');
		const there = fresh.doc.getMap('made');
		expect([...acknowledged].filter((key) => !there.has(key))).toEqual([]);
		expect(await fresh.fetchBlobs()).toBe(true);
		fresh.connect(undefined);
		// The device comes back with what had not been acknowledged.
		player.connect(server.url);
		await reached(player.shared, 'synced');
		for (const key of player.made) acknowledged.add(key);
	}
	expect(acknowledged.size).toBe(3 * 21);
}, 180_000);
