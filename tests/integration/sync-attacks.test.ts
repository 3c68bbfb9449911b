import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { decodeDocumentFrame, encodeDocumentFrame, type DocumentFrame } from '#contract/document-frame';
import { MAX_VECTOR_BYTES } from '#contract/sync';
import { Device, holding, reached } from '../sync/device.ts';
import { trialServer, type TrialOptions, type TrialServer } from '../sync/server.ts';

/* A paired device that means ill: whatever it sends, the others lose nothing and go on. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

async function server(options?: TrialOptions): Promise<TrialServer> {
	const started = await trialServer(options);
	closing.push(() => started.close());
	return started;
}

const NAME = 'project:one';

/** A device that does nothing wrong, with the document open, and what is in it. */
async function victim({ url }: TrialServer) {
	const device = new Device(() => url);
	closing.push(() => device.close());
	const joined = device.join(NAME);
	await reached(joined.shared, 'synced');
	joined.doc.getMap('segments').set('mine', 1);
	await reached(joined.shared, 'connecting');
	await reached(joined.shared, 'synced');
	return {
		...joined,
		/** Still connected, still heard by others, with all it had. */
		goesOn: async (): Promise<void> => {
			const other = new Device(() => url);
			closing.push(() => other.close());
			const there = other.join(NAME);
			await reached(there.shared, 'synced');
			const key = `after ${Math.random()}`;
			joined.doc.getMap('segments').set(key, 1);
			await holding(there.doc, () => there.doc.getMap('segments').has(key));
			expect(there.doc.getMap('segments').get('mine')).toBe(1);
			other.close();
		},
	};
}

class Attacker {
	readonly frames: DocumentFrame[] = [];
	readonly closed: Promise<number>;
	private constructor(readonly socket: WebSocket) {
		this.closed = once(socket, 'close').then(([code]) => code as number);
		socket.on('message', (data: Buffer, isBinary) => {
			const frame = isBinary ? decodeDocumentFrame(new Uint8Array(data)) : undefined;
			if (frame !== undefined) this.frames.push(frame);
		});
	}
	static async on({ url }: TrialServer): Promise<Attacker> {
		const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/socket`);
		closing.push(() => socket.terminate());
		const attacker = new Attacker(socket);
		await once(socket, 'open');
		return attacker;
	}
	join(name: string, vector = Uint8Array.of(0)): void {
		this.message(name, 0, vector);
	}
	/** `type` 0: a state vector, 2: an update. */
	message(document: string, type: number, content: Uint8Array, id = 1): void {
		const message = encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, type);
			encoding.writeVarUint8Array(encoder, content);
		});
		this.socket.send(encodeDocumentFrame({ kind: 'sync', document, id, message }));
	}
	has(kind: DocumentFrame['kind']) {
		return expect.poll(() => this.frames.some((frame) => frame.kind === kind)).toBe(true);
	}
}

const updateOf = (change: (doc: Y.Doc) => void): Uint8Array => {
	const doc = new Y.Doc();
	doc.transact(() => change(doc));
	return Y.encodeStateAsUpdate(doc);
};

/** Someone works on a project, and an attacker has joined it. */
async function intruded() {
	const trial = await server();
	const good = await victim(trial);
	const attacker = await Attacker.on(trial);
	attacker.join(NAME);
	await attacker.has('sync');
	return { trial, good, attacker };
}

describe('what a hostile device sends into a shared project', () => {
	test('maps in maps, a thousand deep, are stored and relayed and stop nobody', async () => {
		const { good, attacker } = await intruded();
		attacker.message(
			NAME,
			2,
			updateOf((doc) => {
				let map = doc.getMap<unknown>('segments');
				for (let n = 0; n < 1000; n += 1) {
					const inner = new Y.Map<unknown>();
					map.set('deep', inner);
					map = inner;
				}
			}),
		);
		await attacker.has('stored');
		await holding(good.doc, () => good.doc.getMap('segments').has('deep'));
		await good.goesOn();
	});

	test('a value nested deeper than any stack is not taken', async () => {
		const { good, attacker } = await intruded();
		// [[[[…: lib0 writes an array as 117 and its length.
		const plain = updateOf((doc) => doc.getMap('m').set('k', [7777]));
		const at = plain.indexOf(117);
		const nest = new Uint8Array(2 * 200_000).map((_, n) => (n % 2 === 0 ? 117 : 1));
		const bomb = new Uint8Array(plain.length + nest.length);
		bomb.set(plain.subarray(0, at));
		bomb.set(nest, at);
		bomb.set(plain.subarray(at), at + nest.length);
		attacker.message(NAME, 2, bomb);
		expect(await attacker.closed).toBe(1007);
		await good.goesOn();
	});

	test('names of shared parts that are of another type harm only what they name', async () => {
		const { good, attacker } = await intruded();
		attacker.message(
			NAME,
			2,
			updateOf((doc) => {
				doc.getArray('project').push([1]);
				doc.getText('meta').insert(0, 'schemaVersion');
			}),
		);
		await attacker.has('stored');
		await good.goesOn();
	});

	test('changes that follow none that ever came are stopped before they pile up', async () => {
		const { good, attacker } = await intruded();
		for (let n = 0; n < 8; n += 1) {
			const doc = new Y.Doc();
			doc.getMap('m').set('first', 1);
			const before = Y.encodeStateVector(doc);
			doc.getMap('m').set('later', 'x'.repeat(1_000_000));
			attacker.message(NAME, 2, Y.encodeStateAsUpdate(doc, before), n + 1);
		}
		await attacker.has('refused');
		expect(attacker.frames.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'unprocessable' });
		await good.goesOn();
	});

	test('a state vector that is too long, or lies about its length, closes the socket', async () => {
		const trial = await server();
		const good = await victim(trial);
		const lie = encoding.encode((encoder) => encoding.writeVarUint(encoder, 2 ** 40));
		for (const vector of [new Uint8Array(MAX_VECTOR_BYTES + 1), lie, new Uint8Array()]) {
			const attacker = await Attacker.on(trial);
			attacker.join(NAME, vector);
			expect(await attacker.closed).toBe(1007);
		}
		await good.goesOn();
	});

	test('an update of more than a document may have is refused in words; what was there stays', async () => {
		const { good, attacker } = await intruded();
		for (let n = 0; n < 3; n += 1) {
			attacker.message(
				NAME,
				2,
				updateOf((doc) => doc.getMap('junk').set(`${n}`, new Uint8Array(randomBytes(12_000_000)))),
				n + 1,
			);
		}
		await attacker.has('refused');
		expect(attacker.frames.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'too_large' });
		await good.goesOn();
	});
});

describe('what a hostile device sends of everything at once', () => {
	test('thousands of documents: each socket follows so many, and those that nobody uses leave memory', async () => {
		const trial = await server({ mostInMemoryBytes: 1_000_000 });
		const good = await victim(trial);
		for (let round = 0; round < 4; round += 1) {
			const attacker = await Attacker.on(trial);
			for (let n = 0; n < 300; n += 1) attacker.join(`project:${round}-${n}`);
			await attacker.has('refused');
			expect(attacker.frames.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'too_many_requests' });
			attacker.socket.close();
			await attacker.closed;
		}
		await good.goesOn();
	});

	test('large documents, held open: what does not fit into memory waits, what is open goes on', async () => {
		const trial = await server({ mostInMemoryBytes: 3_000_000 });
		const good = await victim(trial);
		const attacker = await Attacker.on(trial);
		const large = updateOf((doc) => doc.getMap('junk').set('x', new Uint8Array(randomBytes(1_000_000))));
		for (let n = 0; n < 5; n += 1) {
			attacker.join(`project:large${n}`);
			attacker.message(`project:large${n}`, 2, large, n + 1);
		}
		await attacker.has('refused');
		expect(attacker.frames.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'unavailable' });
		expect(trial.documents.inMemory).toBeLessThanOrEqual(5);
		await good.goesOn();
		// What is small when it is opened may not grow beyond it either.
		const patient = await Attacker.on(trial);
		patient.join('project:small');
		await patient.has('sync');
		patient.message('project:small', 2, large);
		await patient.has('refused');
		// Once it has gone, others are served again.
		attacker.socket.close();
		await attacker.closed;
		const late = await Attacker.on(trial);
		late.join('project:large0');
		await late.has('sync');
	});

	test('more sockets than one device needs: the others still get theirs', async () => {
		const trial = await server({ mostOfOneDevice: 3 });
		const attackers = await Promise.all(Array.from({ length: 5 }, () => Attacker.on(trial)));
		const codes = await Promise.all([attackers.map(({ closed }) => closed)].flat().slice(3));
		expect(codes).toEqual([1013, 1013]);
		expect(trial.hub.clients).toBe(3);
	});

	test('connections that never say what they want are given up, and hold up nobody', async () => {
		const trial = await server();
		const good = await victim(trial);
		const { hostname, port } = new URL(trial.url);
		const halves = Array.from({ length: 200 }, () => connect(Number(port), hostname));
		closing.push(() => halves.forEach((half) => half.destroy()));
		await Promise.all(halves.map((half) => once(half, 'connect')));
		for (const half of halves) half.write('GET /api/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n');
		await good.goesOn();
		expect(trial.hub.clients).toBeLessThanOrEqual(2);
	});

	test('blobs under names that are not theirs, climb, or hold NUL are refused and not kept', async () => {
		const trial = await server();
		const bytes = randomBytes(1000);
		const right = createHash('sha256').update(bytes).digest('hex');
		const put = (name: string) => fetch(`${trial.url}/api/blobs/${name}`, { method: 'PUT', body: bytes });
		const names = [
			'..%2f..%2fetc%2fpasswd',
			'%00',
			right.toUpperCase(),
			`${right}%00`,
			`${right}0`,
			'x'.repeat(64),
			'.',
		];
		for (const name of names) expect((await put(name)).status, name).toBeGreaterThanOrEqual(400);
		expect((await put(right.replace(/./, (digit) => (digit === 'a' ? 'b' : 'a')))).status).toBe(422);
		expect(trial.db.sqlite.prepare('select count(*) n from blobs').get()).toEqual({ n: 0 });
		expect((await put(right)).status).toBe(201);
	});

	test('a full disk takes neither documents nor blobs, says so, and goes on reading', async () => {
		let room = true;
		const trial = await server({ room: () => room });
		const good = await victim(trial);
		room = false;
		const body = randomBytes(100);
		const refused = await fetch(`${trial.url}/api/blobs/${createHash('sha256').update(body).digest('hex')}`, {
			...{ method: 'PUT', body },
		});
		expect([refused.status, await refused.json()]).toMatchObject([507, { code: 'out_of_space' }]);
		good.doc.getMap('segments').set('late', 1);
		expect(await reached(good.shared, 'refused')).toMatchObject({
			sentence: expect.stringContaining('Everything stays on this device') as string,
		});
		const reader = new Device(() => trial.url);
		closing.push(() => reader.close());
		const { doc } = reader.join(NAME);
		await holding(doc, () => doc.getMap('segments').get('mine') === 1);
	});
});
