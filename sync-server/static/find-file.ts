import { realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isGone, versionOf } from './open-file.ts';

/** A file that may be sent. */
export interface FoundFile {
	readonly path: string;
	readonly bytes: number;
	/** Changes whenever the file does. */
	readonly version: string;
}

/**
 * The file in `root` that the path of a URL names, or `null`: what is not there, is a folder, is hidden (a part that starts with
 * a dot), or lies outside `root` once percent signs are decoded and links are followed, is not found.
 */
export async function findFile(root: string, urlPath: string): Promise<FoundFile | null> {
	const parts = partsOf(urlPath);
	if (parts === null) return null;
	try {
		const [folder, path] = await Promise.all([realpath(root), realpath(join(root, ...parts))]);
		const inside = relative(folder, path);
		if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) return null;
		const found = await stat(path, { bigint: true });
		if (!found.isFile()) return null;
		const bytes = Number(found.size);
		return { path, bytes, version: versionOf({ ...found, bytes }) };
	} catch (error) {
		if (isGone(error)) return null;
		throw error;
	}
}

/** Decoded once; `null` for what no link of ours contains. */
function partsOf(urlPath: string): string[] | null {
	let decoded: string;
	try {
		decoded = decodeURIComponent(urlPath);
	} catch (error) {
		if (error instanceof URIError) return null;
		throw error;
	}
	if (/[\0\\]/.test(decoded)) return null;
	const parts = decoded.split('/').filter((part) => part !== '');
	return parts.length === 0 || parts.some((part) => part.startsWith('.')) ? null : parts;
}
