import { openDatabase } from '../../sync-server/db/open-database.ts';
import { Settings } from '../../sync-server/db/settings.ts';

const database = openDatabase(':memory:');
if (!database.ok) throw new Error(database.error);

/** Keeps which encoders work, for all servers of a test file: to find out takes longer than most of what they encode. */
export const provenEncoders = new Settings(database.value);
