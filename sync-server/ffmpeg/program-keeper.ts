import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { Database } from '../db/open-database.ts';
import { startTicks } from './start-ticks.ts';
import { programs } from './tables.ts';

/** How long a program may take to obey SIGTERM. */
const OBEY_MS = 5000;

export interface StartOptions extends SpawnOptions {
	/** Lets everything else on the machine go first. Defaults to true. */
	readonly nice?: boolean;
}

/**
 * Starts programs, none through a shell, and lets none outlive the server: they are ended with it, die with it where the system can see to that, and what a
 * killed server left behind anyway is ended at the next start.
 */
export class ProgramKeeper {
	readonly #database: Database | undefined;
	readonly #running = new Set<ChildProcess>();
	readonly #onExit = () => this.#killAll();

	/** Without a database, nothing is remembered beyond this process. */
	constructor(database?: Database) {
		this.#database = database;
		process.on('exit', this.#onExit);
	}

	start(program: string, args: readonly string[], { nice = true, ...options }: StartOptions): ChildProcess {
		const line = [...DIES_WITH_US, ...(nice ? NICE : []), program, ...args];
		const [first = program, ...rest] = line;
		const child = spawn(first, rest, { ...options, shell: false, detached: false, windowsHide: true });
		this.#running.add(child);
		this.#remember(child, program);
		child.once('close', () => this.#forget(child));
		child.once('error', () => this.#forget(child));
		return child;
	}

	/** Asks the program to end, and ends it when it does not. */
	end(child: ChildProcess): void {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), OBEY_MS);
		child.once('close', () => clearTimeout(timer));
	}

	/** Ends what a server that is gone was running. Only what is surely one of ours. */
	endLeftovers(): void {
		const orm = this.#database?.orm;
		if (orm === undefined) return;
		for (const { pid, ticks, program } of orm.select().from(programs).all()) {
			if (startTicks(pid) === ticks && isRunning(pid, program)) process.kill(pid, 'SIGKILL');
			orm.delete(programs).where(eq(programs.pid, pid)).run();
		}
	}

	/** Ends everything that runs, and waits for it. */
	async close(): Promise<void> {
		const running = [...this.#running];
		await Promise.all(
			running.map((child) => {
				const closed = new Promise((resolve) => child.once('close', resolve));
				this.end(child);
				return closed;
			}),
		);
		process.off('exit', this.#onExit);
	}

	#remember({ pid }: ChildProcess, program: string): void {
		const ticks = pid === undefined ? undefined : startTicks(pid);
		if (pid === undefined || ticks === undefined || this.#database === undefined) return;
		this.#database.orm
			.insert(programs)
			.values({ pid, ticks, program })
			.onConflictDoUpdate({ target: programs.pid, set: { ticks, program } })
			.run();
	}

	#forget(child: ChildProcess): void {
		this.#running.delete(child);
		const { pid } = child;
		if (pid === undefined || this.#database?.sqlite.open !== true) return;
		this.#database.orm.delete(programs).where(eq(programs.pid, pid)).run();
	}

	#killAll(): void {
		for (const child of this.#running) child.kill('SIGKILL');
	}
}

/** Whether the command line of a process is that of `program`. */
function isRunning(pid: number, program: string): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(program);
	} catch (error) {
		// It has just ended.
		if (error instanceof Error) return false;
		throw error;
	}
}

function isOnPath(name: string): boolean {
	return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, name), constants.X_OK);
			return folder !== '';
		} catch (error) {
			if (error instanceof Error) return false;
			throw error;
		}
	});
}

const NICE = isOnPath('nice') ? ['nice', '-n', '10'] : [];
/** On Linux the kernel kills the program when we die, however we die. */
const DIES_WITH_US = process.platform === 'linux' && isOnPath('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : [];
