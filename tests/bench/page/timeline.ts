import { probe } from '$lib/media/probe/index';
import type { TimelineStage } from './timeline-stage.ts';

export interface TimelineAnswer {
	/** Milliseconds of the main thread for each frame: the event, what follows from it, drawing, style, layout and paint. */
	readonly workMs: readonly number[];
	/** Tasks of the main thread over 50 ms while the script ran. */
	readonly longTasks: number;
	readonly frames: number;
}

let stage: TimelineStage | undefined;

/** Opens the film in the page's file input on a timeline with `segments` segments. Answers its frames. */
async function open(segments: number): Promise<number> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	const { stageTimeline } = await import('./timeline-stage.ts');
	stage = await stageTimeline({ file, ...probed.value }, segments);
	await new Promise((resolve) => setTimeout(resolve, 1500));
	return probed.value.index?.ptsUs.length ?? 0;
}

/** One turn of the wheel a frame: into the film, along it, closer, along, to single frames, along, and all the way back. */
function* script(): Generator<{ readonly deltaX: number; readonly deltaY: number; readonly ctrlKey: boolean }> {
	const zoom = (deltaY: number) => ({ deltaX: 0, deltaY, ctrlKey: true });
	const pan = (deltaX: number) => ({ deltaX, deltaY: 0, ctrlKey: false });
	for (let n = 0; n < 40; n += 1) yield pan(n % 2 === 0 ? 30 : -30);
	for (const speed of [40, 90, 240]) {
		for (let n = 0; n < 40; n += 1) yield zoom(-45);
		for (let n = 0; n < 90; n += 1) yield pan(n % 30 === 29 ? -5 * speed : speed);
	}
	for (let n = 0; n < 120; n += 1) yield zoom(45);
}

/** Plays the script once and measures each frame from its first callback to the task after its painting. */
async function run(): Promise<TimelineAnswer> {
	if (stage === undefined) throw new Error('no timeline is open');
	const { surface } = stage;
	const box = surface.getBoundingClientRect();
	const place = {
		clientX: box.left + box.width * 0.4,
		clientY: box.top + box.height / 2,
		bubbles: true,
		cancelable: true,
	};
	let longTasks = 0;
	const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
	observer.observe({ type: 'longtask' });
	const workMs: number[] = [];
	for (const turn of script())
		workMs.push(await oneFrame(() => surface.dispatchEvent(new WheelEvent('wheel', { ...place, ...turn }))));
	observer.disconnect();
	return { workMs, longTasks, frames: workMs.length };
}

/** The drawing that an event causes is done in the frame after it: a run of frames counts every one of them. */
function oneFrame(act: () => void): Promise<number> {
	return new Promise((resolve) => {
		requestAnimationFrame(() => {
			const startedMs = performance.now();
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => resolve(performance.now() - startedMs);
			act();
			port2.postMessage(null);
		});
	});
}

const timelineBench = { open, run };

declare global {
	interface Window {
		timelineBench: typeof timelineBench;
	}
}
window.timelineBench = timelineBench;
