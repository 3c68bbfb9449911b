import type { Browser, Page } from 'playwright';

interface TraceEvent {
	readonly name: string;
	readonly ph: string;
	readonly pid: number;
	readonly tid: number;
	/** Microseconds. */
	readonly ts: number;
	/** Microseconds of processor that the thread got: what else the machine does is not in it. */
	readonly tdur?: number;
}

export interface FrameWork {
	readonly frames: number;
	/** Milliseconds of processor of the page's main thread in the frame that stands at this share (0..1) of all. */
	readonly at: (share: number) => number;
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink', 'blink.user_timing'];
/** A mark at each end of what is measured. */
const MARK = 'octocut-bench';

/** What Chromium noted while `act` ran. */
export async function traced(browser: Browser, page: Page, act: () => Promise<void>): Promise<readonly TraceEvent[]> {
	await browser.startTracing(page, { categories: CATEGORIES });
	const mark = () => page.evaluate((name) => void performance.mark(name), MARK);
	await mark();
	await act();
	await mark();
	const trace = await browser.stopTracing();
	return (JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] }).traceEvents;
}

/** Every task of the main thread from one drawing of the page to the next: callbacks, answers of the network, style, layout, paint. */
export function frameWork(events: readonly TraceEvent[]): FrameWork {
	const marks = events.filter(({ name }) => name === MARK);
	const [first, last] = [marks[0], marks.at(-1)];
	if (first === undefined || last === undefined) throw new Error('the trace holds no marks');
	const own = events.filter(
		({ pid, tid, ts }) => pid === first.pid && tid === first.tid && ts > first.ts && ts < last.ts,
	);
	const drawn = own.filter(({ name }) => name === 'PageAnimator::serviceScriptedAnimations').map(({ ts }) => ts);
	const tasks = own.filter(({ name, ph }) => ph === 'X' && name === 'RunTask');
	const workMs = drawn.slice(1).map(() => 0);
	for (const { ts, tdur = 0 } of tasks) {
		// The task that draws begins before its callbacks.
		const frame = drawn.findIndex((at) => at > ts) - 1;
		if (frame >= 0) workMs[frame] = (workMs[frame] ?? 0) + tdur / 1000;
	}
	const sorted = workMs.sort((a, b) => a - b);
	return {
		frames: sorted.length,
		at: (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN,
	};
}
