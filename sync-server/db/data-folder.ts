import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '#core/result';

/** Where things lie in DATA_DIR. */
export const databasePath = (dataDir: string): string => join(dataDir, 'octocut.sqlite');

/** Makes the folder, readable by this account only, or says why that is not possible. */
export async function prepareDataFolder(dataDir: string): Promise<Result<void, string>> {
	try {
		const made = await mkdir(dataDir, { recursive: true, mode: 0o700 });
		// The mode of mkdir is cut by the umask; a folder that was there before keeps its own.
		if (made !== undefined) await chmod(dataDir, 0o700);
		if (!(await stat(dataDir)).isDirectory()) return err(`DATA_DIR ${dataDir} is not a folder. Set another one.`);
		await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
		return ok(undefined);
	} catch (thrown) {
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		return err(`DATA_DIR ${dataDir} cannot be used (${reason}). Set DATA_DIR to a folder that this account may write.`);
	}
}
