import { afterEach, describe, expect, test } from 'vitest';
import { FINGERPRINT_EDGE_BYTES } from '#core/media/fingerprint';
import { sourceFailure } from '#core/media/source-failure';
import { RemoteStage } from '../../../tests/media/remote-stage.ts';
import { checkReadable, readSpan, streamOf, type RemoteBytes } from './media-bytes.ts';
import { fingerprintOf } from './probe/index.ts';
import { answerAddresses } from './remote-bytes/new-address.ts';
import { openRemote } from './remote-bytes/open-remote.ts';

const NAME = 'h264-aac-60s.mp4';
const whole = async (name = NAME): Promise<Blob> => (await fetch(`/tests/fixtures/made/${name}`)).blob();

/** By their digest: comparing millions of numbers one by one takes minutes. */
const digestOf = async (from: Blob | ArrayBuffer): Promise<string> => {
	const digest = await crypto.subtle.digest('SHA-256', from instanceof Blob ? await from.arrayBuffer() : from);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16)).join(' ');
};

/** What a person is told of it. */
async function failureOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (thrown) {
		if (!(thrown instanceof DOMException)) throw thrown;
		return sourceFailure(thrown.name, 'film')?.kind ?? thrown.name;
	}
	return 'none';
}

const ends: (() => void)[] = [];
afterEach(() => {
	for (const end of ends.splice(0)) end();
});

describe('a file on a server', () => {
	test('has the size, type and date that the server tells', async () => {
		const stage = new RemoteStage();
		const { value, requests } = await stage.count(() => stage.open(NAME));
		const { size } = await whole();
		expect(value).toMatchObject({ kind: 'url', url: stage.urlOf(NAME), name: NAME, size, type: 'video/mp4' });
		expect(value.version).toMatch(/^".+"$/);
		expect(value.lastModifiedMs).toBeGreaterThan(Date.parse('2020-01-01'));
		expect(requests).toBe(1);
	});

	test('has the bytes of the file, wherever they are asked for', async () => {
		const [remote, blob] = [await new RemoteStage().open(NAME), await whole()];
		const middle = Math.floor(blob.size / 2);
		for (const [start, end] of [
			[0, 16],
			[middle, middle + 700_000],
			[262_140, 262_150],
			[blob.size - 5, blob.size + 100],
			[blob.size, blob.size + 1],
			[0, blob.size],
		] as const) {
			expect(await digestOf(await readSpan(remote, start, end))).toEqual(await digestOf(blob.slice(start, end)));
		}
	});

	test('is recognised as the same file, by two requests', async () => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		const { value, requests, bytes } = await stage.count(() => fingerprintOf(remote));
		expect(value).toBe(await fingerprintOf(await whole()));
		expect(requests).toBeLessThanOrEqual(2);
		expect(bytes).toBeLessThan(3 * FINGERPRINT_EDGE_BYTES);
	});

	test('is streamed whole', async () => {
		const remote = await new RemoteStage().open(NAME);
		expect(await digestOf(await new Response(streamOf(remote)).arrayBuffer())).toEqual(await digestOf(await whole()));
	});

	test('that is read through in small pieces takes few requests, and each byte comes once', async () => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		const { requests, bytes } = await stage.count(async () => {
			for (let at = 0; at < remote.size; at += 10_000) await readSpan(remote, at, at + 10_000);
		});
		expect(requests).toBeLessThanOrEqual(Math.ceil(remote.size / 2_097_152) + 4);
		expect(bytes).toBe(remote.size);
	});

	test('that many ask for at once is fetched once', async () => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		const { requests } = await stage.count(() =>
			Promise.all(Array.from({ length: 50 }, (_, n) => readSpan(remote, 1000 * n, 1000 * n + 500))),
		);
		expect(requests).toBe(1);
	});

	test('reading stops when it is told to, also for one of two who wait for the same bytes', async () => {
		const remote = await new RemoteStage().open(NAME);
		const abort = new AbortController();
		const [stopped, other] = [readSpan(remote, 0, 10, abort.signal), readSpan(remote, 4, 8)];
		abort.abort();
		await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
		expect((await other).byteLength).toBe(4);
		await expect(readSpan(remote, 3_000_000, 3_000_010, AbortSignal.abort())).rejects.toMatchObject({
			name: 'AbortError',
		});
		expect((await readSpan(remote, 3_000_000, 3_000_010)).byteLength).toBe(10);
	});
});

describe('trouble with the server', () => {
	test('short of a few seconds is waited for', async () => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		await stage.rule({ busy: 1, cuts: 1 });
		expect(await digestOf(await readSpan(remote, 0, 100_000))).toEqual(
			await digestOf((await whole()).slice(0, 100_000)),
		);
	});

	test.each([
		[{ status: 404 }, 'source-missing'],
		[{ status: 403 }, 'source-refused'],
		[{ size: 12 }, 'source-changed'],
		[{ etag: '"another"' }, 'source-changed'],
		[{ whole: true }, 'server-unfit'],
		[{ diesAfterBytes: 0 }, 'source-offline'],
		[{ status: 500 }, 'source-offline'],
	] as const)('%o is told as %s', async (rules, kind) => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		await stage.rule(rules);
		expect(await failureOf(readSpan(remote, 10, 20))).toBe(kind);
		expect(await failureOf(readSpan(remote, 0, remote.size))).toBe(kind);
		expect(await failureOf(checkReadable(remote))).toBe(kind);
	});

	test.each([
		[{ status: 404 }, 'source-missing'],
		[{ whole: true }, 'server-unfit'],
		[{ diesAfterBytes: 0 }, 'source-offline'],
	] as const)('%o is found when the file is opened', async (rules, kind) => {
		const stage = new RemoteStage();
		await stage.rule(rules);
		expect(await openRemote({ url: stage.urlOf(NAME), name: 'film' })).toMatchObject({
			ok: false,
			error: { kind, subject: 'film' },
		});
	});

	test('what is kept of a file does not hide that its server is gone', async () => {
		const stage = new RemoteStage();
		const remote = await stage.open(NAME);
		await readSpan(remote, 0, 1000);
		await stage.rule({ status: 404 });
		expect((await readSpan(remote, 0, 1000)).byteLength).toBe(1000);
		expect(await failureOf(checkReadable(remote))).toBe('source-missing');
	});

	test('a version that nobody named before is held on to', async () => {
		const stage = new RemoteStage();
		const { kind, url, size, type, name, lastModifiedMs } = await stage.open(NAME);
		const remote: RemoteBytes = { kind, url, size, type, name, lastModifiedMs };
		await readSpan(remote, 0, 10);
		await stage.rule({ etag: '"another"' });
		expect(await failureOf(readSpan(remote, 3_000_000, 3_000_010))).toBe('source-changed');
	});
});

describe('an address that ends', () => {
	test('is asked for anew, once, and the reading goes on', async () => {
		const stage = new RemoteStage();
		const id = crypto.randomUUID();
		const asked: string[] = [];
		ends.push(
			answerAddresses((of) => {
				if (of === id) asked.push(of);
				return Promise.resolve(of === id ? `${stage.urlOf(NAME)}?token=fresh` : undefined);
			}),
		);
		const remote = await stage.open(NAME, { id });
		await stage.rule({ token: 'fresh' });
		const read = await Promise.all([readSpan(remote, 0, 100), readSpan(remote, 3_000_000, 3_000_100)]);
		expect(read.map(({ byteLength }) => byteLength)).toEqual([100, 100]);
		expect((await readSpan(remote, 5_000_000, 5_000_010)).byteLength).toBe(10);
		expect(asked.length).toBeLessThanOrEqual(2);
	});

	test('without another one is refused', async () => {
		const stage = new RemoteStage();
		const id = crypto.randomUUID();
		ends.push(answerAddresses(() => Promise.resolve(undefined)));
		const remote = await stage.open(NAME, { id });
		await stage.rule({ token: 'fresh' });
		expect(await failureOf(readSpan(remote, 0, 10))).toBe('source-refused');
	});
});
