import { lstat, realpath } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { isGone } from '../static/open-file.ts';

const SLASH = Buffer.from('/');

/** Paths as bytes: names on disk are not always text. */
export function joinRaw(...parts: readonly (string | Buffer)[]): Buffer {
	const filled = parts
		.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
		.filter(({ length }) => length > 0);
	return Buffer.concat(filled.flatMap((part, n) => (n === 0 ? [part] : [SLASH, part])));
}

/** With every link in it followed; undefined when there is nothing. */
export async function realRaw(path: Buffer | string): Promise<Buffer | undefined> {
	try {
		return await realpath(path, { encoding: 'buffer' });
	} catch (thrown) {
		if (isGone(thrown)) return undefined;
		throw thrown;
	}
}

/** Both with every link followed. */
export function isInside(path: Buffer, folder: Buffer): boolean {
	const prefix = folder.at(-1) === 0x2f ? folder : Buffer.concat([folder, SLASH]);
	return path.length > prefix.length && path.subarray(0, prefix.length).equals(prefix);
}

/** What stands at `path` itself, links not followed; undefined when there is nothing. */
export async function lookAt(path: Buffer): Promise<BigIntStats | undefined> {
	try {
		return await lstat(path, { bigint: true });
	} catch (thrown) {
		if (isGone(thrown)) return undefined;
		throw thrown;
	}
}
