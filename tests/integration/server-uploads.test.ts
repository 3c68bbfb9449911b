import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../src/lib/media/probe/fingerprint.ts';
import { MediaServer } from '../media-server.ts';

const its = new MediaServer();
const content = randomBytes(300_000);
const uploads = join(its.folder, 'uploads');

beforeAll(() => its.start());
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});
beforeEach(() => expect(its.errors).toEqual([]));

const tus = { 'Tus-Resumable': '1.0.0' };
const metadata = (entries: Record<string, string>) =>
	Object.entries(entries)
		.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
		.join(',');

const begin = (bytes: number, entries: Record<string, string> = { filename: 'a.mp4' }) =>
	fetch(`${its.url}/api/uploads`, {
		method: 'POST',
		headers: { ...tus, 'Upload-Length': `${bytes}`, 'Upload-Metadata': metadata(entries) },
	});
const send = (location: string, offset: number, bytes: Uint8Array<ArrayBuffer>) =>
	fetch(its.url + location, {
		method: 'PATCH',
		headers: { ...tus, 'Upload-Offset': `${offset}`, 'Content-Type': 'application/offset+octet-stream' },
		body: bytes,
	});
const locationOf = (response: Response) => {
	expect(response.status).toBe(201);
	return response.headers.get('Location')!;
};
const incoming = () => readdirSync(join(uploads, '.incoming'));
const part = (from: number, to: number) => new Uint8Array(content.subarray(from, to));

test('parts sent in turn become a file of the library, under the name it was given', async () => {
	const location = locationOf(await begin(content.length, { filename: '../../Ünï "walk".mp4' }));
	expect(location).toMatch(/^\/api\/uploads\/[a-f0-9]{32}$/);
	const first = await send(location, 0, part(0, 100_000));
	expect([first.status, first.headers.get('Upload-Offset')]).toEqual([204, '100000']);
	expect(first.headers.get('Octocut-Media')).toBeNull();
	const head = await fetch(its.url + location, { method: 'HEAD', headers: tus });
	expect([head.status, head.headers.get('Upload-Offset'), head.headers.get('Upload-Length')]).toEqual([
		200,
		'100000',
		'300000',
	]);
	const last = await send(location, 100_000, part(100_000, 300_000));
	const item = its.item('Ünï "walk".mp4');
	expect([last.status, last.headers.get('Octocut-Media')]).toEqual([204, item.id]);
	const raw = await fetch(`${its.url}/api/media/${item.id}/raw`);
	expect(Buffer.from(await raw.arrayBuffer()).equals(content)).toBe(true);
	expect(incoming()).toEqual([]);
	// Names on disk are the server's own.
	expect(readdirSync(uploads).filter((name) => !name.startsWith('.'))).toEqual([
		expect.stringMatching(/^[\w-]{22}\.mp4$/),
	]);
});

test('a deleted upload is gone from the list, the disk and the cache', async () => {
	const location = locationOf(await begin(4, { filename: 'gone.mp4' }));
	const id = (await send(location, 0, part(0, 4))).headers.get('Octocut-Media')!;
	const before = readdirSync(uploads).length;
	const url = `${its.url}/api/media/${id}`;
	expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual({ deleted: true });
	expect(readdirSync(uploads)).toHaveLength(before - 1);
	expect((await fetch(`${url}/raw`)).status).toBe(404);
	expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
});

test('files of media folders are not deleted', async () => {
	writeFileSync(join(its.media, 'mine.mp4'), 'mine');
	await its.scan();
	const response = await fetch(`${its.url}/api/media/${its.item('mine.mp4').id}`, { method: 'DELETE' });
	expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
	expect(readFileSync(join(its.media, 'mine.mp4'), 'utf8')).toBe('mine');
});

describe('what goes wrong', () => {
	test('a part sent again, out of turn or beyond the end changes nothing', async () => {
		const location = locationOf(await begin(content.length));
		await send(location, 0, part(0, 1000));
		for (const offset of [0, 500, 2000]) {
			const replayed = await send(location, offset, part(offset, offset + 1000));
			expect([replayed.status, await replayed.json()]).toMatchObject([409, { code: 'conflict' }]);
		}
		await send(location, 1000, new Uint8Array([...content.subarray(1000), 1, 2, 3])).catch(() => undefined);
		const head = await fetch(its.url + location, { method: 'HEAD', headers: tus });
		expect(Number(head.headers.get('Upload-Offset') ?? 0)).toBeLessThanOrEqual(content.length);
		expect((await fetch(its.url + location, { method: 'DELETE', headers: tus })).status).toBeLessThan(500);
	});

	test('what did not arrive as it was sent is not kept', async () => {
		const fingerprint = await fingerprintOf(new Blob([part(0, 1000)]));
		const location = locationOf(await begin(1000, { filename: 'broken.mp4', fingerprint }));
		const last = await send(location, 0, part(1, 1001));
		expect([last.status, await last.json()]).toMatchObject([
			460,
			{ message: expect.stringContaining('broken.mp4') as string },
		]);
		expect(() => its.item('broken.mp4')).toThrow();
		const good = locationOf(await begin(1000, { filename: 'right.mp4', fingerprint }));
		expect((await send(good, 0, part(0, 1000))).status).toBe(204);
		expect(its.item('right.mp4').bytes).toBe(1000);
	});

	const sha256 = (bytes: Uint8Array) => `sha256 ${createHash('sha256').update(bytes).digest('base64')}`;
	const sendChecked = (location: string, offset: number, bytes: Uint8Array<ArrayBuffer>, checksum: string) =>
		fetch(its.url + location, {
			method: 'PATCH',
			headers: {
				...{ ...tus, 'Upload-Offset': `${offset}`, 'Content-Type': 'application/offset+octet-stream' },
				'Upload-Checksum': checksum,
			},
			body: bytes,
		});

	test('a part that was damaged on its way is not kept, and is taken when it comes right', async () => {
		const location = locationOf(await begin(200_000, { filename: 'parts.mp4' }));
		const damaged = part(0, 100_000);
		damaged[50_000]! ^= 1;
		const at = async () => {
			const head = await fetch(its.url + location, { method: 'HEAD', headers: tus });
			return head.headers.get('Upload-Offset');
		};
		const refused = await sendChecked(location, 0, damaged, sha256(part(0, 100_000)));
		expect([refused.status, await refused.json(), await at()]).toMatchObject([460, { code: 'unprocessable' }, '0']);
		expect((await sendChecked(location, 0, part(0, 100_000), sha256(part(0, 100_000)))).status).toBe(204);
		// The last part decides that the file is whole: a damaged one must not.
		const cut = await sendChecked(location, 100_000, damaged, sha256(part(100_000, 200_000)));
		expect([cut.status, await at()]).toEqual([460, '100000']);
		expect(() => its.item('parts.mp4')).toThrow();
		// Out of turn, with or without the right sum, changes nothing.
		for (const sum of [sha256(part(0, 10)), sha256(part(5, 15))]) {
			expect((await sendChecked(location, 0, part(0, 10), sum)).status).toBeGreaterThanOrEqual(400);
		}
		expect(await at()).toBe('100000');
		const sha1 = `sha1 ${createHash('sha1').update(part(100_000, 200_000)).digest('base64')}`;
		expect((await sendChecked(location, 100_000, part(100_000, 200_000), sha1)).status).toBe(204);
		const raw = await fetch(`${its.url}/api/media/${its.item('parts.mp4').id}/raw`);
		expect(Buffer.from(await raw.arrayBuffer()).equals(content.subarray(0, 200_000))).toBe(true);
	});

	test('a checksum that is none is refused, and what is known is told', async () => {
		const location = locationOf(await begin(10, { filename: 'sum.mp4' }));
		for (const sum of ['md5 xxxx', 'sha256', 'sha256 a b', 'sha256 ???']) {
			const reply = await sendChecked(location, 0, part(0, 10), sum);
			expect([reply.status, await reply.json()], sum).toMatchObject([400, { code: 'invalid_request' }]);
		}
		const options = await fetch(`${its.url}/api/uploads`, { method: 'OPTIONS' });
		expect(options.headers.get('Tus-Extension')).toContain('checksum');
		expect(options.headers.get('Tus-Checksum-Algorithm')).toBe('sha1,sha256');
	});

	test.each(['x.txt', 'x.strm', 'x.m3u8', 'x.ffconcat', 'x', '.mp4', ''])(
		'“%s” is no name of media',
		async (filename) => {
			const response = await begin(10, { filename });
			expect([response.status, await response.json()]).toMatchObject([415, { code: 'unsupported_media' }]);
		},
	);

	test('too much for the limit or the disk is refused before a byte is sent', async () => {
		const large = await begin(2e9);
		expect([large.status, await large.json()]).toMatchObject([413, { code: 'too_large' }]);
		await its.stop();
		await its.start({ minFreeBytes: 1e15 });
		const full = await begin(10, { filename: 'full.mp4' });
		expect([full.status, await full.json()]).toMatchObject([
			507,
			{ code: 'out_of_space', message: expect.stringMatching(/“full.mp4”.*Free about \d+ MB/) as string },
		]);
		await its.stop();
		await its.start();
		const unsaid = await fetch(`${its.url}/api/uploads`, {
			method: 'POST',
			headers: { ...tus, 'Upload-Defer-Length': '1' },
		});
		expect([unsaid.status, await unsaid.json()]).toMatchObject([400, { code: 'invalid_request' }]);
	});

	test.each(['nope', 'A'.repeat(32), `${'a'.repeat(32)}.json`, '..%2f..%2fetc%2fpasswd', '%00', 'a'.repeat(32)])(
		'%s is no upload',
		async (id) => {
			for (const method of ['HEAD', 'PATCH', 'DELETE']) {
				const response = await fetch(`${its.url}/api/uploads/${id}`, {
					method,
					headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
				});
				expect([400, 404]).toContain(response.status);
			}
		},
	);

	test('unfinished uploads are not read, not listed, and go when they are old', async () => {
		const location = locationOf(await begin(1000, { filename: 'half.mp4' }));
		await send(location, 0, part(0, 500));
		const read = await fetch(its.url + location);
		expect([read.status, await read.json()]).toMatchObject([405, { code: 'method_not_allowed' }]);
		await its.scan();
		expect(() => its.item('half.mp4')).toThrow();
		const id = location.split('/').at(-1)!;
		expect(await its.rooms.uploads.clean()).toBe(0);
		const about = join(uploads, '.incoming', `${id}.json`);
		const kept = JSON.parse(readFileSync(about, 'utf8')) as Record<string, unknown>;
		writeFileSync(
			about,
			JSON.stringify({ ...kept, creation_date: new Date(Date.now() - 8 * 24 * 3600_000).toISOString() }),
		);
		await its.rooms.uploads.clean();
		expect(incoming().filter((name) => name.startsWith(id))).toEqual([]);
	});

	test('an upload goes on where it was when the server is started again', async () => {
		const location = locationOf(await begin(1000, { filename: 'survivor.mp4' }));
		await send(location, 0, part(0, 600));
		const { port } = new URL(its.url);
		await its.stop();
		await its.start({ port: Number(port) });
		const head = await fetch(its.url + location, { method: 'HEAD', headers: tus });
		expect(head.headers.get('Upload-Offset')).toBe('600');
		expect((await send(location, 600, part(600, 1000))).status).toBe(204);
		expect(its.item('survivor.mp4').bytes).toBe(1000);
	});
});
