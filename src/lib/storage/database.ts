import { Dexie, type Table, type Transaction } from 'dexie';
import type { Fingerprint } from '#core/media/fingerprint';
import { isJobRow, splitJob, type CropPathsRow } from './crop-paths.ts';

/** A handle that survives a restart: a file that was added, or a folder that exports go to. */
export interface HandleRow {
	readonly id: string;
	readonly handle: FileSystemFileHandle | FileSystemDirectoryHandle;
}

/** One Yjs update of one document, as it was made; `seq` is the order of writing. */
export interface UpdateRow {
	readonly seq?: number;
	readonly doc: string;
	readonly update: Uint8Array;
}

/** Something large that lies beside a document. */
export interface BlobRow {
	readonly doc: string;
	/** Of `bytes`, in hex. */
	readonly sha256: string;
	readonly bytes: Uint8Array;
	/** When it was last written, in milliseconds since 1970. */
	readonly keptAt: number;
}

/** What lists show of a profile, so that none has to be opened for them. */
export interface ProfileRow {
	readonly id: string;
	readonly title: string;
}

export interface BytesRow {
	readonly media: Fingerprint;
	readonly bytes: Uint8Array;
}

export interface PictureRow {
	readonly media: Fingerprint;
	readonly picture: Blob;
}

/** What lists show of a project, so that none has to be opened for them. */
export interface ProjectRow {
	readonly id: string;
	readonly name: string;
	/** ISO 8601. */
	readonly updatedAt: string;
	/** The files that it is about; a name is empty where the project does not say it. */
	readonly media: readonly { readonly media: Fingerprint; readonly name: string }[];
}

export interface SettingRow {
	readonly key: string;
	readonly value: unknown;
}

/** The tables. Rows that have a schema are `unknown` here: they may come from an older app and are parsed when read. */
export class Database extends Dexie {
	declare readonly media: Table<unknown, Fingerprint, unknown>;
	declare readonly handles: Table<HandleRow, string>;
	declare readonly frameIndexes: Table<BytesRow, Fingerprint>;
	declare readonly thumbnails: Table<PictureRow, Fingerprint>;
	declare readonly docUpdates: Table<UpdateRow, number>;
	declare readonly jobs: Table<unknown, string, unknown>;
	declare readonly cropPaths: Table<CropPathsRow, string>;
	declare readonly tracking: Table<unknown, string, unknown>;
	declare readonly models: Table<unknown, string, unknown>;
	declare readonly projects: Table<ProjectRow, string>;
	declare readonly blobs: Table<BlobRow, [doc: string, sha256: string]>;
	declare readonly profiles: Table<ProfileRow, string>;
	declare readonly settings: Table<SettingRow, string>;

	constructor(name: string) {
		// The cache freezes what it hands out, and typed arrays cannot be frozen.
		super(name, { cache: 'disabled' });
		// Append only: a version that was once released is never changed; add the next one with its upgrade.
		this.version(1).stores({
			media: 'fingerprint, addedAt',
			handles: 'id',
			frameIndexes: 'media',
			thumbnails: 'media',
			docUpdates: '++seq, doc',
			jobs: 'job.id, job.createdAt',
			settings: 'key',
		});
		this.version(2).stores({ cropPaths: 'job' }).upgrade(movePathsOut);
		this.version(3).stores({ tracking: 'job.id, job.createdAt' });
		this.version(4).stores({ models: 'id, addedAt' });
		this.version(5).stores({ projects: 'id, updatedAt' });
		this.version(6).stores({ blobs: '[doc+sha256], doc', profiles: 'id' });
	}
}

/** Version 1 kept the paths in the jobs' rows. */
async function movePathsOut(transaction: Transaction): Promise<void> {
	const moved: CropPathsRow[] = [];
	await transaction
		.table<unknown>('jobs')
		.toCollection()
		.modify((row, at) => {
			if (!isJobRow(row)) return;
			const { row: still, paths } = splitJob(row);
			if (paths === undefined) return;
			at.value = still;
			moved.push(paths);
		});
	await transaction.table<CropPathsRow>('cropPaths').bulkPut(moved);
}
