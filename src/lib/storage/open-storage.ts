import { Database } from './database.ts';
import type { BlobPlace, ShareDocument } from './document-sharing.ts';
import { FileDetections } from './detections.ts';
import { DexieJobs } from './job-store.ts';
import { DexieMedia, type FingerprintOf } from './media-store.ts';
import { DexieModels } from './model-store.ts';
import { OriginFiles, sweepTemporary } from './private-files.ts';
import { YjsProfiles } from './profile-store.ts';
import { YjsProjects } from './project-store.ts';
import { RowReader } from './rows.ts';
import { DexieSettings } from './settings-store.ts';
import type { ServerFiles, Storage } from './storage.ts';
import { StorageError, storageTroubleText, toStorageError, type StorageTrouble } from './storage-error.ts';
import { DexieTracking } from './tracking-store.ts';
import { VisitFiles } from './visit-files.ts';

export interface StorageOptions {
	/** Tells a file that was only touched (new date, same bytes) from a changed one; without it a new date counts as changed. */
	readonly fingerprintOf?: FingerprintOf;
	/** Shares projects and profiles with other devices; without it they stay on this one. */
	readonly share?: ShareDocument;
	/** Where devices share what lies beside documents; goes with `share`. */
	readonly blobs?: BlobPlace;
	/** The way to sync servers; without it, files on them are missing. */
	readonly server?: ServerFiles;
	/**
	 * Called when other tabs are in the way: while opening (`blocked`, opening goes on when they are closed) or later, when storage
	 * has stopped working in this tab (`outdated`, `closed`).
	 */
	readonly onTrouble?: (trouble: StorageTrouble, sentence: string) => void;
}

/**
 * Opens everything that is kept on this device. Rejects with a `StorageError` whose message is a sentence for the person.
 *
 * `name` is the database's, the folder's in the private file system and the prefix of locks and channels: tests give their own.
 */
export async function openStorage(
	name = 'octocut',
	{ fingerprintOf, share, blobs, server, onTrouble = () => undefined }: StorageOptions = {},
): Promise<Storage> {
	const trouble = (kind: StorageTrouble): void => onTrouble(kind, storageTroubleText(kind));
	requireDatabases();
	const db = new Database(name);
	let closing = false;
	db.on('blocked', () => trouble('blocked'));
	db.on('versionchange', () => {
		// Another tab wants to upgrade or delete: let it.
		closing = true;
		db.close();
		trouble('outdated');
	});
	db.on('close', () => {
		if (!closing) trouble('closed');
	});
	try {
		await refuseNewer(db);
		await db.open();
	} catch (thrown) {
		throw toStorageError(thrown);
	}

	const rows = new RowReader();
	const files = new OriginFiles(name);
	const visits = new VisitFiles(name);
	const projects = new YjsProjects(db, { share, blobs });
	const profiles = new YjsProfiles(db, { share, blobs });
	const tracking = new DexieTracking(db, rows, name);
	sweepTemporary(files, name).catch((thrown: unknown) => console.debug('Temporary files could not be swept:', thrown));
	return {
		media: new DexieMedia({ db, rows, files, visits, tracking, root: name, fingerprintOf, server }),
		projects,
		profiles,
		jobs: new DexieJobs(db, rows),
		tracking,
		detections: new FileDetections(files),
		models: new DexieModels({ db, rows, files, tracking, root: name }),
		settings: new DexieSettings(db),
		files,
		get badRows() {
			return rows.badRows;
		},
		close() {
			closing = true;
			projects.close();
			profiles.close();
			visits.close();
			db.close();
		},
	};
}

/** Where site data are blocked, some browsers have no `indexedDB`, others throw when it is looked at. */
function requireDatabases(): void {
	try {
		if (indexedDB instanceof IDBFactory) return;
	} catch (thrown) {
		throw new StorageError('unavailable', thrown);
	}
	throw new StorageError('unavailable');
}

/**
 * Dexie opens a database that a newer app has upgraded as well as it can; ours would not know what it may change there. Dexie keeps
 * version n as 10·n and counts repairs in the last digit.
 */
async function refuseNewer(db: Database): Promise<void> {
	if (!('databases' in indexedDB)) return;
	const known = (await indexedDB.databases()).find(({ name }) => name === db.name);
	if ((known?.version ?? 0) >= 10 * (db.verno + 1)) throw new StorageError('outdated');
}
