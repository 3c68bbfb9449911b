import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeFileName } from '../export/name-template.ts';
import { shardKey, shardName } from './shard.ts';
import { TAR_BLOCK, TAR_END, tarHeader, tarPadding } from './tar.ts';

const tarOf = (files: readonly { name: string; bytes: Buffer }[]): Buffer =>
	Buffer.concat([
		...files.flatMap(({ name, bytes }) => [
			tarHeader(name, bytes.length, 1_700_000_000),
			bytes,
			Buffer.alloc(tarPadding(bytes.length)),
		]),
		TAR_END,
	]);

test('tar unpacks what was packed', () => {
	const files = [
		{ name: 'clip_001_0.mp4', bytes: Buffer.alloc(1300, 7) },
		{ name: 'clip_001_0.txt', bytes: Buffer.from('a dog\n“runs”') },
		{ name: 'empty.json', bytes: Buffer.alloc(0) },
		{ name: 'Hündchen_🐕.txt', bytes: Buffer.alloc(TAR_BLOCK, 1) },
		{ name: `${'long'.repeat(30)}/${'name'.repeat(20)}.txt`, bytes: Buffer.from('x') },
	];
	const folder = mkdtempSync(join(tmpdir(), 'shard-'));
	try {
		writeFileSync(join(folder, 'a.tar'), tarOf(files));
		execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder });
		for (const { name, bytes } of files) expect(readFileSync(join(folder, name))).toEqual(bytes);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('names that do not fit are refused', () => {
	expect(tarHeader('x'.repeat(100), 1)).toHaveLength(TAR_BLOCK);
	expect(() => tarHeader('x'.repeat(101), 1)).toThrow('too long');
	expect(() => tarHeader('é'.repeat(51), 1)).toThrow('too long');
	expect(() => tarHeader('a', 8 ** 11)).toThrow('bytes');
});

test('every key fits with its endings and has no dot', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
			const key = shardKey(`walk/${safeFileName(name)}_003_12.mp4`);
			expect(key).not.toContain('.');
			expect(key.endsWith('_003_12')).toBe(true);
			expect(tarHeader(`${key}.frame_12345.webp`, 1)).toHaveLength(TAR_BLOCK);
		}),
		{ seed: 4 },
	);
});

test('keys and names of shards', () => {
	expect(shardKey('walk/film.final_001/film.final_001_0.mp4')).toBe('film_final_001_0');
	expect(shardKey('clip_001/clip_001_2')).toBe('clip_001_2');
	expect(shardName('walk', 7)).toBe('walk-000007.tar');
});
