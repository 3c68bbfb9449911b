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
