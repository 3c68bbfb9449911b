import { readFileSync } from 'node:fs';

/**
 * When a process was started, in ticks since the machine was: with its number it names a process for good, as numbers are used again.
 * Undefined when there is no such process, or no /proc to ask.
 */
export function startTicks(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The name of the program stands in brackets and may hold anything.
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
	} catch (error) {
		// Another system than Linux has no /proc.
		if (error instanceof Error) return undefined;
		throw error;
	}
}

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
