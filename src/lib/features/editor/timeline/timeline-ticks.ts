import { formatShortTime } from '#core/time/timecode';
import { endOfView, type TimelineView } from './timeline-scale.ts';

export interface Tick {
	readonly timeS: number;
	/** Undefined for the small ticks between. */
	readonly label?: string;
}

/** Steps that people count in, in seconds. Under a second the ruler counts tenths, hundredths, milliseconds. */
const STEPS_S = [
	0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
	14400, 36000,
];

/** How many small ticks a labelled step is divided into, so that they too stand on round times. */
function divisionsOf(stepS: number): number {
	const leading = Number(stepS.toExponential().charAt(0));
	if (stepS === 15 || stepS === 900) return 3;
	if (stepS === 30 || stepS === 1800) return 6;
	if (stepS === 60 || stepS === 120 || stepS === 3600 || stepS === 7200 || stepS === 14400)
		return stepS === 14400 ? 8 : 4;
	return leading === 2 ? 4 : 5;
}

/** Ruler ticks inside the view: labelled ones at least `labelPx` apart (CSS pixels), small ones between. */
export function ticksOf(view: TimelineView, labelPx = 88): Tick[] {
	const wanted = labelPx * view.secondsPerPx;
	const stepS = STEPS_S.find((step) => step >= wanted) ?? Math.ceil(wanted / 36000) * 36000;
	const divisions = divisionsOf(stepS);
	const smallS = stepS / divisions;
	const first = Math.ceil(view.startS / smallS - 1e-6);
	const last = Math.floor(endOfView(view) / smallS + 1e-6);
	const ticks: Tick[] = [];
	for (let n = first; n <= last; n += 1) {
		const timeS = n * smallS;
		if (timeS < -1e-9) continue;
		ticks.push(n % divisions === 0 ? { timeS, label: formatShortTime(timeS, stepS < 1) } : { timeS });
	}
	return ticks;
}
