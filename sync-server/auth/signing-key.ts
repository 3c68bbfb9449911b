import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '#core/result';

const LENGTH = 32;
const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException | null)?.code === 'ENOENT';

/**
 * The key that addresses are signed with, in a file of its own that only this account may read: a backup of the database gives nobody
 * the power to sign. Made where there is none; addresses signed before that stop working.
 */
export async function openSigningKey(dataDir: string): Promise<Result<Buffer, string>> {
	const path = join(dataDir, 'signing.key');
	try {
		const known = await readKey(path);
		if (known !== undefined) {
			await chmod(path, 0o600);
			return ok(known);
		}
		const key = randomBytes(LENGTH);
		await writeFile(path, `${key.toString('hex')}\n`, { mode: 0o600 });
		return ok(key);
	} catch (thrown) {
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		return err(
			`The key of the server cannot be read or made (${reason}). Give this account the right to write ${path}.`,
		);
	}
}

/** Undefined where there is none that can be used. */
async function readKey(path: string): Promise<Buffer | undefined> {
	try {
		const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
		return key.length === LENGTH ? key : undefined;
	} catch (thrown) {
		if (isMissing(thrown)) return undefined;
		throw thrown;
	}
}
