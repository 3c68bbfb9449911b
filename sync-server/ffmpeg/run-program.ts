import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ProgressReader, type RunProgress } from '#core/ffmpeg/progress-lines';
import type { ProgramKeeper } from './program-keeper.ts';

/** Lines of stderr that are kept. */
const KEPT_LINES = 200;
const LONGEST_LINE = 4000;
/** How long what was said may still come in after the end. */
const LET_GO_MS = 1000;

export interface ProgramOptions {
	readonly signal?: AbortSignal;
	readonly cwd?: string;
	/** Lets everything else on the machine go first. Defaults to true. */
	readonly nice?: boolean;
	/** A program that makes no progress for so long is ended. Absent: it may take its time. */
	readonly stallMs?: number;
	/** A program that is not through after so long is ended. */
	readonly limitMs?: number;
	/** What ffmpeg writes to `-progress pipe:3`; told only when something was made. */
	readonly onProgress?: (progress: RunProgress) => void;
	/** Told whenever ffmpeg says where it stands, news or not: for runs that make nothing until their end. */
	readonly onSign?: () => void;
	/** Lines of stdout. Absent, with `onBytes`: stdout is thrown away. */
	readonly onLine?: (line: string) => void;
	/** Stdout as it comes. */
	readonly onBytes?: (bytes: Buffer) => void;
	/** Lines of stderr. */
	readonly onLog?: (line: string) => void;
}

/** How a program ended. `log` are the last lines of stderr. */
export type ProgramEnd = { readonly log: readonly string[] } & (
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly code: number }
	/** By a signal that was not ours: it crashed, or the system took it. */
	| { readonly kind: 'killed'; readonly signal: string }
	| { readonly kind: 'stalled' }
	| { readonly kind: 'overdue' }
	/** It could not be started at all. */
	| { readonly kind: 'absent'; readonly code: string }
);

/**
 * Runs a program to its end. Every way of ending is a value; rejects with `AbortError` when `signal` fires, and only once nothing of the program runs any more.
 */
export async function runProgram(
	keeper: ProgramKeeper,
	program: string,
	args: readonly string[],
	options: ProgramOptions = {},
): Promise<ProgramEnd> {
	const { signal, cwd, nice, stallMs, limitMs, onProgress, onSign, onLine, onBytes, onLog } = options;
	signal?.throwIfAborted();
	const output = onLine !== undefined || onBytes !== undefined ? 'pipe' : 'ignore';
	const child = keeper.start(program, args, {
		stdio: ['ignore', output, 'pipe', onProgress === undefined ? 'ignore' : 'pipe'],
		...(cwd !== undefined && { cwd }),
		...(nice !== undefined && { nice }),
	});
	let reason: 'aborted' | 'stalled' | 'overdue' | undefined;
	const stop = (why: NonNullable<typeof reason>) => {
		reason ??= why;
		keeper.end(child);
	};
	const abort = () => stop('aborted');
	signal?.addEventListener('abort', abort, { once: true });
	const stall = stallMs === undefined ? undefined : setTimeout(() => stop('stalled'), stallMs);
	const limit = limitMs === undefined ? undefined : setTimeout(() => stop('overdue'), limitMs);
	const log: string[] = [];
	eachLine(child.stderr, (line) => {
		log.push(line);
		if (log.length > KEPT_LINES) log.shift();
		onLog?.(line);
	});
	if (onLine !== undefined) {
		eachLine(child.stdout, (line) => {
			stall?.refresh();
			onLine(line);
		});
	}
	if (onBytes !== undefined) {
		child.stdout?.on('data', (bytes: Buffer) => {
			stall?.refresh();
			onBytes(bytes);
		});
	}
	if (onProgress !== undefined) {
		const tell = newsOnly((progress) => {
			stall?.refresh();
			onProgress(progress);
		});
		const reader = new ProgressReader((progress) => {
			onSign?.();
			tell(progress);
		});
		eachLine(child.stdio[3] as Readable | null, (line) => reader.add(line));
	}
	// What the program itself has started may hold its pipes open for ever.
	let letGo: NodeJS.Timeout | undefined;
	child.once('exit', () => {
		letGo = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), LET_GO_MS);
	});
	try {
		const [code, killed] = (await once(child, 'close')) as [number | null, string | null];
		if (reason === 'aborted') throw new DOMException('The program was stopped', 'AbortError');
		if (reason !== undefined) return { kind: reason, log };
		if (killed !== null) return { kind: 'killed', signal: killed, log };
		// What `nice` and `setpriv` answer when there is no such program.
		if (code === 127 || code === 126) return { kind: 'absent', code: code === 127 ? 'ENOENT' : 'EACCES', log };
		return code === 0 ? { kind: 'done', log } : { kind: 'failed', code: code ?? -1, log };
	} catch (thrown) {
		if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') {
			return { kind: 'absent', code: thrown.code, log };
		}
		throw thrown;
	} finally {
		clearTimeout(stall);
		clearTimeout(limit);
		clearTimeout(letGo);
		signal?.removeEventListener('abort', abort);
	}
}

/** A program that stands still goes on telling where it stands: that is no news. */
function newsOnly(tell: (progress: RunProgress) => void): (progress: RunProgress) => void {
	let last = -1;
	return (progress) => {
		const reached = progress.frames + progress.outS;
		if (reached <= last) return;
		last = reached;
		tell(progress);
	};
}

/** Lines end at a line feed, or at the carriage return with which a program writes over its own line. */
function eachLine(stream: Readable | null, tell: (line: string) => void): void {
	if (stream === null) return;
	let rest = '';
	stream.setEncoding('utf8');
	stream.on('data', (text: string) => {
		const lines = (rest + text).split(/\r?\n|\r/u);
		rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
		for (const line of lines) if (line !== '') tell(line.slice(0, LONGEST_LINE));
	});
	stream.on('end', () => {
		if (rest !== '') tell(rest);
	});
	// A reader that fails is told by the program's own end.
	stream.on('error', () => undefined);
}
