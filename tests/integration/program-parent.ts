/** A process that starts a long ffmpeg and waits to be killed: `program-parent.ts DATABASE`; says the number of the ffmpeg. */
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';

const database = openDatabase(process.argv[2] ?? '');
if (!database.ok) throw new Error(database.error);
const keeper = new ProgramKeeper(database.value);
const args = ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'color', '-f', 'null', '-'];
const child = keeper.start('ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'] });
child.once('spawn', () => console.log(`pid=${child.pid ?? 0}.`));
