import type { Database } from './database.ts';
import { DocumentBlobs } from './document-blobs.ts';
import type { UpdateLog } from './update-log.ts';

/** For tests of what is above storage: nothing is kept. */
export function unkeptLog(): UpdateLog {
	const blobs = new DocumentBlobs({} as Database, 'test');
	return { blobs, load: async () => {}, append: () => {}, flush: async () => {} } as unknown as UpdateLog;
}
