import { ProgressReader } from '#core/ffmpeg/progress-lines';
import type { CallContext } from '../worker-rpc/protocol.ts';
import { transferring, type Transferring } from '../worker-rpc/protocol.ts';
import { HandleBytes, LineBytes, MemoryBytes, openAccess, type FileBytes } from './file-bytes.ts';
import { bytesOf } from './input-bytes.ts';
import {
	FOLDER,
	inputPath,
	OUTPUT_PATH,
	PROGRESS_PATH,
	type ReportedProblem,
	type RunAnswer,
	type RunProgress,
	type RunRequest,
} from './messages.ts';
import { mountFiles, type FileProblem } from './mount-files.ts';
import { startCore } from './start-core.ts';

const nameOf = (path: string): string => path.slice(FOLDER.length + 1);

/** Runs ffmpeg once. Inputs are read by range, the output goes to its file as it is made: neither is ever whole in memory. */
export async function runOnce(
	{ core: source, inputs, args, output, stop }: RunRequest,
	{ report }: CallContext<RunProgress>,
): Promise<Transferring<RunAnswer>> {
	const { core, log, control } = await startCore(source, stop);
	const handle = 'limitBytes' in output ? undefined : await openAccess(output);
	try {
		handle?.truncate(0);
		const memory = 'limitBytes' in output ? new MemoryBytes(output.limitBytes) : undefined;
		const written = handle === undefined ? memory : new HandleBytes(handle);
		const progress = new ProgressReader(report);
		const files: Record<string, FileBytes> = { [nameOf(PROGRESS_PATH)]: new LineBytes((line) => progress.add(line)) };
		if (written !== undefined) files[nameOf(OUTPUT_PATH)] = written;
		inputs.forEach((blob, n) => (files[nameOf(inputPath(n))] = bytesOf(blob)));
		const mounted = mountFiles(core.FS, FOLDER, files, control);
		const code = core.exec(...args);
		const problem = mounted.problem === undefined ? undefined : reported(mounted.problem);
		handle?.flush();
		const bytes = memory?.content();
		const answer = { code, log, problem, progress: progress.last, size: written?.size ?? 0, bytes };
		return transferring(answer, bytes === undefined ? [] : [bytes.buffer]);
	} finally {
		handle?.close();
	}
}

export function reported({ writing, thrown }: FileProblem): ReportedProblem {
	const { name, message } =
		thrown instanceof Error || thrown instanceof DOMException ? thrown : new Error(String(thrown));
	return { writing, name, message };
}
