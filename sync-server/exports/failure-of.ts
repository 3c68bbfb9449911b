import type { Failure } from '#core/failure';
import { lastWord } from '#core/ffmpeg/last-word';
import type { ProgramEnd } from '../ffmpeg/run-program.ts';
import type { JobFailure } from '../jobs/job-queue.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What an error of the export folder's file system means. */
export function failureOfFiles(thrown: unknown, subject: string): Failure {
	const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
	if (FULL.has(code)) return { kind: 'out-of-space', subject };
	// The folder is gone, or this account may not write to it: both are put right on the server.
	if (REFUSED.has(code)) return { kind: 'output-permission', subject, on: 'server' };
	return { kind: 'unexpected', subject, detail: code || (thrown instanceof Error ? thrown.message : String(thrown)) };
}

/** What a run of ffmpeg that did not end well means. `said` is its log without paths, `input` the name of what it read. */
export function failureOfRun(end: ProgramEnd, said: readonly string[], subject: string, input: string): JobFailure {
	const because = (failure: Failure, mayPass: boolean): JobFailure => ({ failure, mayPass });
	switch (end.kind) {
		case 'killed':
			return because({ kind: 'worker-crashed', subject, detail: `ffmpeg was ended by ${end.signal}` }, true);
		case 'stalled':
		case 'overdue':
			return because({ kind: 'worker-crashed', subject, detail: 'ffmpeg made no progress' }, true);
		case 'absent':
			return because({ kind: 'unsupported', subject, detail: 'ffmpeg is no longer where it was' }, true);
		default:
			break;
	}
	const all = said.join('\n');
	if (/no space left on device|disk quota exceeded|file too large/i.test(all)) {
		return because({ kind: 'out-of-space', subject }, false);
	}
	if (/read-only file system|permission denied/i.test(all)) {
		return because({ kind: 'output-permission', subject, on: 'server' }, false);
	}
	if (/cannot allocate memory/i.test(all)) return because({ kind: 'out-of-memory', subject }, true);
	return because({ kind: 'source-unreadable', subject: input, detail: lastWord(said) }, false);
}
