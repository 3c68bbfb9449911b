import type { Failure } from '#core/failure';
import { isPartMissing } from '#core/part-missing';
import { err, ok, type Result } from '#core/result';

/** What chooses an engine for `subject`; it comes with the first question, and the network may be off by then. */
export async function loadPlanner(
	subject: string,
): Promise<Result<Pick<typeof import('$lib/media/planner'), 'chooseEngine'>, Failure>> {
	try {
		return ok(await import('$lib/media/planner'));
	} catch (thrown) {
		if (isPartMissing(thrown)) return err({ kind: 'offline', subject });
		throw thrown;
	}
}
