import { Dexie } from 'dexie';
import { unreachable } from '#core/result';

/** Why this device cannot keep things, or no longer can. */
export type StorageTrouble =
	/** Another tab holds an older version of the database open. */
	| 'blocked'
	/** Another tab runs a newer Octocut, which has upgraded the database under this one. */
	| 'outdated'
	/** The browser offers no database here: private mode, blocked site data, an insecure address. */
	| 'unavailable'
	/** The database is there and cannot be read. */
	| 'damaged'
	/** No space is left. */
	| 'full'
	/** The browser closed the database, for instance because site data were cleared. */
	| 'closed';

/** The sentence a person reads: what is so, and the next step. */
export function storageTroubleText(trouble: StorageTrouble): string {
	switch (trouble) {
		case 'blocked':
			return 'Another tab holds an older Octocut open. Close or reload that tab to go on here.';
		case 'outdated':
			return 'Octocut was updated in another tab. Reload this tab to go on.';
		case 'unavailable':
			return 'This browser does not let Octocut keep anything here. Leave private mode or allow site data, then reload.';
		case 'damaged':
			return 'What Octocut kept in this browser could not be read. Restart the browser; if that does not help, clear the site data.';
		case 'full':
			return 'There is no space left in this browser. Free some space on the disk or remove files from the library.';
		case 'closed':
			return 'The browser closed the storage of Octocut. Reload this tab to go on.';
		default:
			return unreachable(trouble);
	}
}

/** Storage could not be opened or used; `message` is the sentence, `cause` the browser's own error. */
export class StorageError extends Error {
	override name = 'StorageError';

	constructor(
		readonly trouble: StorageTrouble,
		cause?: unknown,
	) {
		super(storageTroubleText(trouble), { cause });
	}
}

/** The name of what was thrown; Dexie wraps the browser's error and keeps it as `inner`. */
export function errorName(thrown: unknown): string {
	if (thrown instanceof Dexie.DexieError) {
		const inner: unknown = thrown.inner;
		return inner instanceof Error || inner instanceof DOMException ? `${thrown.name} ${inner.name}` : thrown.name;
	}
	return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
}

/** Sorts what the database threw into one of our reasons. */
export function toStorageError(thrown: unknown): StorageError {
	if (thrown instanceof StorageError) return thrown;
	const name = errorName(thrown);
	if (name.includes('Quota')) return new StorageError('full', thrown);
	if (name.includes('VersionError')) return new StorageError('outdated', thrown);
	if (/MissingAPI|SecurityError|InvalidState/.test(name)) return new StorageError('unavailable', thrown);
	if (name.includes('DatabaseClosed')) return new StorageError('closed', thrown);
	return new StorageError('damaged', thrown);
}

export const isQuotaError = (thrown: unknown): boolean => errorName(thrown).includes('Quota');
