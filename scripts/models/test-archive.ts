import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PackagePin } from './recipes.ts';

/** A header of a tar archive. */
function header(path: string, size: number, kind: string): Buffer {
	const block = Buffer.alloc(512);
	block.write(path.slice(0, 100), 0);
	block.write(size.toString(8).padStart(11, '0'), 124);
	block.write(kind, 156);
	block.write('ustar\0', 257);
	return block;
}

/** Packs files as npm does, below `package/`. Anything that is not a plain file comes by its kind. */
export function archiveOf(
	files: Readonly<Record<string, Uint8Array | string>>,
	others: Readonly<Record<string, string>> = {},
): Buffer {
	const blocks = Object.entries(files).flatMap(([path, content]) => {
		const bytes = Buffer.from(content);
		const filled = Buffer.alloc(Math.ceil(bytes.length / 512) * 512);
		bytes.copy(filled);
		return [header(`package/${path}`, bytes.length, '0'), filled];
	});
	const special = Object.entries(others).map(([path, kind]) => header(`package/${path}`, 0, kind));
	return gzipSync(Buffer.concat([...special, ...blocks, Buffer.alloc(1024)]));
}

export const pinOf = (archive: Uint8Array): PackagePin => ({
	name: 'some-model',
	version: '1.2.3',
	integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
});
