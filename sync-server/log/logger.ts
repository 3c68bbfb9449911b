import pino from 'pino';
import type { Config } from '../config.ts';
import { scrub } from './scrub.ts';

/** Where rooms say what happens; `child({ room })` says which one. */
export type Log = pino.Logger;

export interface Lines {
	write(line: string): void;
}

/** JSON, a line each, for programs; sentences where `readable` (a terminal). Secrets never reach `lines`. */
export function createLog(
	level: Config['logLevel'],
	lines: Lines = process.stdout,
	readable = process.stdout.isTTY,
): Log {
	const write = (line: string) => lines.write(readable ? sentence(line) : line);
	return pino(
		{
			level,
			base: null,
			redact: ['headers.authorization', 'headers.cookie', '*.headers.authorization', '*.headers.cookie'],
			hooks: { streamWrite: scrub },
		},
		{ write },
	);
}

interface Entry {
	readonly level: number;
	readonly time: number;
	readonly msg?: string;
	readonly room?: string;
	readonly err?: { readonly stack?: string; readonly message?: string };
}

function sentence(line: string): string {
	const { level, time, msg = '', room, err } = JSON.parse(line) as Entry;
	const clock = new Date(time).toTimeString().slice(0, 8);
	const cause = err === undefined ? '' : `\n${err.stack ?? err.message ?? ''}`;
	return `${clock} ${pino.levels.labels[level] ?? ''} ${room === undefined ? '' : `${room}: `}${msg}${cause}\n`;
}
