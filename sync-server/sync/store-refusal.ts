import BetterSqlite from 'better-sqlite3';
import type { ApiError } from '#contract/api-error';

export const noSpace = (title: string): ApiError => ({
	code: 'out_of_space',
	message: `The server has no space left for “${title}”. Everything stays on this device; free space on the server, then reconnect.`,
});

/** What SQLite's refusal to keep a change of “title” means to the one who made it. Anything else that was thrown is a bug and thrown again. */
export function storeRefusal(thrown: unknown, title: string): ApiError {
	if (!(thrown instanceof BetterSqlite.SqliteError)) throw thrown;
	if (thrown.code.startsWith('SQLITE_FULL')) return noSpace(title);
	return {
		code: 'unavailable',
		message: `The server could not keep “${title}” (${thrown.message}). Everything stays on this device; look at the server, then reconnect.`,
	};
}
