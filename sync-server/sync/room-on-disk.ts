import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '../db/open-database.ts';

/** Stays free for the server itself, in bytes: what devices share may not keep it from noting its own work. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;

/** Whether so many bytes more may be kept. */
export type RoomOnDisk = (bytes: number) => boolean;

/** Room on the disk that the database is on. */
export function roomOnDisk({ sqlite }: Database, minFreeBytes = MIN_FREE_BYTES): RoomOnDisk {
	if (sqlite.memory) return () => true;
	const folder = dirname(sqlite.name);
	return (bytes) => {
		const { bavail, bsize } = statfsSync(folder);
		return bavail * bsize - bytes >= minFreeBytes;
	};
}
