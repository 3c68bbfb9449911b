import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ModelError } from './model-error.ts';

const REASONS: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full. Make room and try again',
	EDQUOT: 'your share of the disk is used up. Make room and try again',
	ENOENT: 'its folder cannot be made. Run Octocut from a folder you can write to',
	EROFS: 'the disk cannot be written to. Run Octocut from a folder you can write to',
	EACCES: 'writing there is not allowed. Run Octocut from a folder you can write to',
	EPERM: 'writing there is not allowed. Run Octocut from a folder you can write to',
};

/**
 * Writes a file so that it is there whole or not at all: under another name first, then renamed. Two that write the same file at once do each other no harm.
 * @throws ModelError `disk`
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
	const draft = `${path}.${randomUUID()}`;
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(draft, content, { flush: true });
		await rename(draft, path);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? String(error);
		// What stopped the writing may stop this too; the first reason is the one to tell.
		await rm(draft, { force: true }).catch(() => undefined);
		throw new ModelError('disk', `${path} could not be written: ${REASONS[code] ?? code}.`, { cause: error });
	}
}
