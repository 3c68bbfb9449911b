import { lastWord } from '#core/ffmpeg/last-word';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { ProgramEnd } from '../ffmpeg/run-program.ts';
import { plainSays } from '../ffmpeg/plain-says.ts';

/** What went wrong in a run of ffmpeg on `path`, which the person knows as `subject`. */
export function outcomeOf(end: ProgramEnd, path: string, subject: string): Result<void, Failure> {
	switch (end.kind) {
		case 'done':
			return ok(undefined);
		case 'absent':
			return err({ kind: 'unsupported', subject, detail: 'ffmpeg is no longer where it was' });
		case 'killed':
			return err({ kind: 'worker-crashed', subject, detail: `ffmpeg was ended by ${end.signal}` });
		case 'stalled':
		case 'overdue':
			return err({ kind: 'source-unreadable', subject, detail: 'ffmpeg took too long over it' });
		case 'failed': {
			const said = plainSays(end.log, [[path, subject]]);
			if (said.some((line) => /No space left on device|Disk quota exceeded/.test(line)))
				return err({ kind: 'out-of-space', subject });
			return err({ kind: 'source-unreadable', subject, detail: lastWord(said) });
		}
	}
}
