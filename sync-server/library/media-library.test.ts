import { execFileSync } from 'node:child_process';
import {
	appendFileSync,
	chmodSync,
	copyFileSync,
	linkSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	unlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatFingerprint } from '#core/media/fingerprint';
import { ok } from '#core/result';
import { frameIndexFrom } from '#core/time/frame-index';
import { openFile } from '../static/open-file.ts';
import type { ProbeFile } from './probe-store.ts';
import { fingerprintOf, TestLibrary } from './test-library.ts';

let its: TestLibrary;
beforeEach(() => (its = new TestLibrary()));
afterEach(async () => {
	await its.close();
	its.remove();
	expect(its.errors).toEqual([]);
});

const put = (path: string, content = path) => {
	const target = join(its.media, path);
	mkdirSync(join(target, '..'), { recursive: true });
	writeFileSync(target, content);
	return target;
};

describe('what is taken for media', () => {
	test('files with the endings of media, in folders at any depth; no lists, no hidden files, no thumbnails of a NAS', async () => {
		for (const name of ['a.mp4', 'B.MOV', 'deep/er/c.mkv', 'song.flac']) put(name);
		for (const name of [
			'a.strm',
			'a.m3u8',
			'a.mpd',
			'a.ffconcat',
			'a.txt',
			'mp4',
			'.mp4',
			'._a.mp4',
			'.x/b.mp4',
			'@eaDir/a.mp4',
		])
			put(name);
		await its.open();
		expect(its.shown()).toEqual(['media / B.MOV', 'media / a.mp4', 'media / deep / er / c.mkv', 'media / song.flac']);
	});

	test('links are followed to files inside a root only, never to folders', async () => {
		put('real/a.mp4');
		writeFileSync(join(its.folder, 'secret.mp4'), 'TOP SECRET');
		symlinkSync('real/a.mp4', join(its.media, 'inside.mp4'));
		symlinkSync(join(its.folder, 'secret.mp4'), join(its.media, 'outside.mp4'));
		symlinkSync('/etc/passwd', join(its.media, 'passwd.mp4'));
		symlinkSync('..', join(its.media, 'loop'));
		symlinkSync('nowhere.mp4', join(its.media, 'broken.mp4'));
		await its.open();
		expect(its.shown()).toEqual(['media / inside.mp4', 'media / real / a.mp4']);
		const found = await its.library.find(its.idOf('inside.mp4'));
		expect(found).toMatchObject({ ok: true, value: { path: join(its.media, 'real/a.mp4') } });
	});

	test('pipes, sockets and folders named like films are no files', async () => {
		put('a.mp4');
		mkdirSync(join(its.media, 'folder.mp4'));
		execFileSync('mkfifo', [join(its.media, 'pipe.mp4')]);
		const socket = createServer().listen(join(its.media, 'socket.mp4'));
		await once(socket, 'listening');
		await its.open();
		socket.close();
		expect(its.shown()).toEqual(['media / a.mp4']);
	});

	test('names with line breaks, patterns, quotes, dashes and bytes that are no text are found and opened', async () => {
		const names = ['new\nline.mp4', 'a%03d.mp4', '-i.mp4', `it's: [x],y;"z".mkv`, '$(id).mp4', 'ünï ☃.mp4'].map(
			(name) => Buffer.from(name),
		);
		names.push(Buffer.concat([Buffer.from('bytes-'), Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('.mp4')]));
		for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${its.media}/`), name]), name);
		await its.open();
		const page = its.library.list.page({ sort: 'name', limit: 100 });
		if (!page.ok) throw new Error(page.error);
		expect(page.value.items).toHaveLength(names.length);
		const contents = await Promise.all(
			page.value.items.map(async ({ id, name }) => {
				// eslint-disable-next-line no-control-regex
				expect(name).not.toMatch(/[\u0000-\u001f]/);
				const found = await its.library.find(id);
				if (!found.ok) throw new Error(name);
				return readFileSync(found.value.path).toString('latin1');
			}),
		);
		expect(contents.sort()).toEqual(names.map((name) => name.toString('latin1')).sort());
	});
});

describe('ids', () => {
	test('stay when a file is renamed, moved, or its folder is renamed, and over a restart', async () => {
		put('one.mp4', '1');
		put('sub/two.mp4', '22');
		put('sub/three.mp4', '333');
		await its.open();
		const ids = ['one.mp4', 'two.mp4', 'three.mp4'].map((name) => its.idOf(name));
		await its.close();
		renameSync(join(its.media, 'one.mp4'), join(its.media, 'uno.mp4'));
		renameSync(join(its.media, 'sub/two.mp4'), join(its.media, 'two.mp4'));
		renameSync(join(its.media, 'sub'), join(its.media, 'other'));
		await its.open();
		expect(['uno.mp4', 'two.mp4', 'three.mp4'].map((name) => its.idOf(name))).toEqual(ids);
		expect(its.shown()).toEqual(['media / other / three.mp4', 'media / two.mp4', 'media / uno.mp4']);
		expect(its.library.list.page({ sort: 'name', query: 'other', limit: 9 })).toMatchObject({
			value: { items: [{ name: 'three.mp4' }] },
		});
	});

	test('stay when a known file comes back from a copy with another inode and name', async () => {
		put('a.mp4', 'the same inside');
		await its.open();
		const id = its.idOf('a.mp4');
		const fingerprint = fingerprintOf('the same inside');
		expect(await its.library.findByFingerprint(fingerprint)).toMatchObject({ ok: true, value: { id } });
		const held = put('z/keep.mp4', 'keeps the root from being empty');
		copyFileSync(join(its.media, 'a.mp4'), join(its.folder, 'copy'));
		unlinkSync(join(its.media, 'a.mp4'));
		await its.scan();
		expect(its.library.list.item(id)).toBeUndefined();
		copyFileSync(join(its.folder, 'copy'), join(its.media, 'b.mp4'));
		await its.scan();
		expect(its.idOf('b.mp4')).toBe(id);
		expect(held).toContain('keep');
	});

	test('two names of one file are two files', async () => {
		put('a.mp4');
		linkSync(join(its.media, 'a.mp4'), join(its.media, 'b.mp4'));
		await its.open();
		expect(its.shown()).toEqual(['media / a.mp4', 'media / b.mp4']);
		expect(its.idOf('a.mp4')).not.toBe(its.idOf('b.mp4'));
	});

	test('a file that is written anew under its name keeps its id and loses its fingerprint', async () => {
		const path = put('a.mp4', 'before');
		await its.open();
		const id = its.idOf('a.mp4');
		const before = fingerprintOf('before');
		expect(await its.library.findByFingerprint(before)).toMatchObject({ ok: true });
		writeFileSync(path, 'after, and longer');
		await its.scan();
		expect(its.idOf('a.mp4')).toBe(id);
		expect(await its.library.findByFingerprint(before)).toMatchObject({ ok: false, error: { kind: 'source-missing' } });
		expect(await its.library.findByFingerprint(fingerprintOf('after, and longer'))).toMatchObject({
			ok: true,
			value: { id },
		});
	});
});

describe('what goes away', () => {
	test('is not shown, and is the same when it comes back', async () => {
		put('a.mp4');
		put('sub/b.mp4');
		put('c.mp4');
		await its.open();
		const id = its.idOf('b.mp4');
		renameSync(join(its.media, 'sub'), join(its.folder, 'away'));
		await its.scan();
		expect(its.shown()).toEqual(['media / a.mp4', 'media / c.mp4']);
		expect(await its.library.find(id)).toMatchObject({
			ok: false,
			error: { kind: 'source-missing', subject: 'b.mp4' },
		});
		renameSync(join(its.folder, 'away'), join(its.media, 'sub'));
		await its.scan();
		expect(its.idOf('b.mp4')).toBe(id);
	});

	test.each(['gone', 'empty'] as const)(
		'a root that is %s at start keeps all its rows until it is back',
		async (how) => {
			put('a.mp4');
			put('sub/b.mp4');
			await its.open();
			const ids = [its.idOf('a.mp4'), its.idOf('b.mp4')];
			await its.close();
			const away = join(its.folder, 'away');
			renameSync(its.media, away);
			if (how === 'empty') mkdirSync(its.media);
			await its.open();
			expect(its.shown()).toEqual([]);
			const [root] = its.library.roots();
			expect(root).toMatchObject({ name: 'media', state: 'missing', files: 2, reason: expect.any(String) as string });
			expect(JSON.stringify(its.library.roots())).not.toContain(its.folder);
			if (how === 'empty') rmSync(its.media, { recursive: true });
			renameSync(away, its.media);
			await its.scan();
			expect([its.idOf('a.mp4'), its.idOf('b.mp4')]).toEqual(ids);
			expect(its.library.roots()[0]).toMatchObject({ state: 'ready', files: 2 });
		},
	);

	test('a folder taken from MEDIA_DIRS is not shown, and comes back with its ids', async () => {
		put('a.mp4');
		await its.open();
		const id = its.idOf('a.mp4');
		await its.close();
		await its.open({ mediaDirs: [] });
		expect(its.shown()).toEqual([]);
		expect(await its.library.find(id)).toMatchObject({ ok: false });
		await its.close();
		await its.open();
		expect(its.idOf('a.mp4')).toBe(id);
	});

	test.skipIf(process.getuid?.() === 0)('a folder that may not be read keeps its rows, and is told', async () => {
		put('shut/a.mp4');
		await its.open();
		chmodSync(join(its.media, 'shut'), 0);
		await its.scan();
		chmodSync(join(its.media, 'shut'), 0o755);
		expect(its.shown()).toEqual(['media / shut / a.mp4']);
		expect(its.library.scanner.state.problems).toEqual([
			'The folder “media / shut” was left out: this account may not read it.',
		]);
	});
});

test('files that come and go while they are scanned end as they are on disk', async () => {
	for (let n = 0; n < 3000; n += 1) put(`d${n % 7}/f${n}.mp4`, `${n}`);
	const opened = its.open();
	for (let n = 0; n < 300; n += 1) {
		if (n % 3 === 0) unlinkSync(join(its.media, `d${n % 7}/f${n}.mp4`));
		else if (n % 3 === 1)
			renameSync(join(its.media, `d${n % 7}/f${n}.mp4`), join(its.media, `d${(n + 1) % 7}/g${n}.mp4`));
		else put(`new/h${n}.mp4`);
		if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	await opened;
	await its.scan();
	const onDisk = readdirSync(its.media, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	expect(its.library.roots()[0]!.files).toBe(onDisk.length);
	const deep = its.library.list.page({ sort: 'name', query: 'g1', limit: 500 });
	expect(deep.ok && deep.value.items.every(({ name }) => name.startsWith('g1'))).toBe(true);
});

test('a file that appears is found without a scan', async () => {
	put('sub/a.mp4');
	await its.open();
	const changed = new Promise<void>((resolve) => its.library.subscribe(resolve));
	put('sub/b.mp4');
	await changed;
	await its.library.scanner.idle();
	expect(its.shown()).toEqual(['media / sub / a.mp4', 'media / sub / b.mp4']);
	const deeper = new Promise<void>((resolve) => its.library.subscribe(resolve));
	put('sub/fresh/c.mp4');
	await deeper;
	await its.library.scanner.idle();
	expect(its.shown()).toContain('media / sub / fresh / c.mp4');
});

describe('what is served', () => {
	test('a file swapped for a link out of the root, or gone, is not opened', async () => {
		const path = put('sub/a.mp4');
		writeFileSync(join(its.folder, 'a.mp4'), 'TOP SECRET');
		await its.open();
		const id = its.idOf('a.mp4');
		const opened = await its.library.open(id);
		if (!opened.ok) throw new Error('not opened');
		await opened.value.file.handle.close();
		unlinkSync(path);
		symlinkSync(join(its.folder, 'a.mp4'), path);
		expect(await its.library.open(id)).toMatchObject({ ok: false, error: { kind: 'source-missing' } });
		rmSync(join(its.media, 'sub'), { recursive: true });
		symlinkSync(its.folder, join(its.media, 'sub'));
		expect(await its.library.open(id)).toMatchObject({ ok: false, error: { kind: 'source-missing' } });
		execFileSync('rm', [join(its.media, 'sub')]);
		mkdirSync(join(its.media, 'sub'));
		execFileSync('mkfifo', [path]);
		expect(await its.library.open(id)).toMatchObject({ ok: false, error: { kind: 'source-missing' } });
	});

	test('an unknown id is refused as a file that is not there', async () => {
		await its.open();
		for (const id of ['nope', '../../etc/passwd', '']) expect(await its.library.find(id)).toMatchObject({ ok: false });
	});

	test('a fingerprint is the one that the app makes, for files of any length', async () => {
		await its.open();
		for (const bytes of [0, 5, 1_500_000, 2_097_152, 2_097_153, 5_000_000]) {
			const path = join(its.folder, 'f.bin');
			const content = Buffer.alloc(bytes, 7);
			content.fill(9, Math.floor(bytes / 2));
			writeFileSync(path, content);
			const { fingerprintFile: onServer } = await import('./fingerprint-file.ts');
			const file = await openFile(path);
			expect(await onServer(file!)).toBe(fingerprintOf(content));
			await file!.handle.close();
		}
	});
});

describe('looking into a file', () => {
	const index = frameIndexFrom(Float64Array.of(0, 40_000, 80_000), Uint8Array.of(1, 0, 0), 40_000);
	const counting = () => {
		const asked: string[] = [];
		const probeFile: ProbeFile = (file) => {
			asked.push(file.path);
			const facts = {
				fingerprint: formatFingerprint(0, '0'.repeat(64)),
				name: 'x',
				bytes: 0,
				container: 'mp4',
				reader: 'mediabunny' as const,
				durationS: 0.12,
				firstTimestampS: 0,
				audio: [],
				subtitles: [],
				playable: 'native' as const,
				truncated: false,
				notes: [],
			};
			return Promise.resolve(ok({ facts, index }));
		};
		return { asked, probeFile };
	};

	test('happens once for each state of it, also over a restart and for many who ask', async () => {
		const path = put('a.mp4');
		const { asked, probeFile } = counting();
		await its.open({ probeFile });
		const id = its.idOf('a.mp4');
		const all = await Promise.all(Array.from({ length: 20 }, () => its.library.probe(id)));
		expect(all.every(({ ok: fine }) => fine)).toBe(true);
		await its.close();
		await its.open({ probeFile });
		const kept = await its.library.probe(id);
		if (!kept.ok) throw new Error('not kept');
		expect(kept.value.index).toEqual(index);
		expect(kept.value.facts).toMatchObject({ name: 'a.mp4', fingerprint: fingerprintOf('a.mp4') });
		expect(its.library.list.item(id)).toMatchObject({ durationS: 0.12 });
		expect(asked).toEqual([path]);
		appendFileSync(path, 'more');
		await its.library.probe(id);
		expect(asked).toHaveLength(2);
	});

	test('a file that is no media is remembered as such until it changes', async () => {
		const path = put('a.mp4');
		await its.open();
		const id = its.idOf('a.mp4');
		expect(await its.library.probe(id)).toMatchObject({ ok: false, error: { kind: 'not-media' } });
		const { asked, probeFile } = counting();
		await its.close();
		await its.open({ probeFile });
		expect(await its.library.probe(id)).toMatchObject({ ok: false, error: { kind: 'not-media' } });
		expect(asked).toEqual([]);
		utimesSync(path, 1, 1);
		expect(await its.library.probe(id)).toMatchObject({ ok: true });
	});
});

test('uploads are shown under the name they were given, and can be deleted; other files cannot', async () => {
	put('a.mp4');
	await its.open();
	const part = join(its.folder, 'uploads', 'part');
	writeFileSync(part, 'a film');
	const item = await its.library.addUpload(part, 'My film.mp4', '.mp4');
	await its.scan();
	expect(its.shown()).toEqual(['Uploads / My film.mp4', 'media / a.mp4']);
	expect(item).toMatchObject({ uploaded: true, bytes: 6 });
	const forgotten: string[] = [];
	its.library.onForget((id) => Promise.resolve(void forgotten.push(id)));
	expect(await its.library.delete(its.idOf('a.mp4'))).toEqual({ ok: false, error: 'not-uploaded' });
	expect(await its.library.delete(item.id)).toEqual({ ok: true, value: undefined });
	expect(forgotten).toEqual([item.id]);
	expect(readdirSync(join(its.folder, 'uploads'))).toEqual([]);
	expect(its.shown()).toEqual(['media / a.mp4']);
});

test('a file of ten gigabytes has its length, and its fingerprint at once', async () => {
	const path = put('big.mp4');
	truncateSync(path, 10e9);
	await its.open();
	expect(await its.library.find(its.idOf('big.mp4'))).toMatchObject({ ok: true, value: { bytes: 10e9 } });
});
