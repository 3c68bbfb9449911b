import { startTicks } from '../ffmpeg/start-ticks.ts';

/** Names this process among those that may ever open the database. */
export const workerName = (salt: string): string => `${process.pid}:${startTicks(process.pid) ?? ''}:${salt}`;

/** Whether the process that gave itself this name still runs. A doubt counts as yes: its lease will run out. */
export function isWorkerAlive(name: string): boolean {
	const [pidText = '', ticks = ''] = name.split(':');
	const pid = Number(pidText);
	// The same process has forgotten what it was told under another name: a queue of it that is gone.
	if (pid === process.pid) return ticks !== '' && ticks === startTicks(pid);
	if (ticks !== '') return startTicks(pid) === ticks;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH';
	}
}
