/** What ffmpeg says with `-progress`. */
export interface RunProgress {
	readonly frames: number;
	/** End of what was written, in seconds on the output's timeline. */
	readonly outS: number;
	/** Media seconds made per second; absent while ffmpeg does not know. */
	readonly speed?: number;
}

/** Reads the `key=value` lines of `-progress`. */
export class ProgressReader {
	readonly #report: (progress: RunProgress) => void;
	last: RunProgress = { frames: 0, outS: 0 };

	constructor(report: (progress: RunProgress) => void) {
		this.#report = report;
	}

	add(line: string): void {
		const at = line.indexOf('=');
		const value = Number.parseFloat(line.slice(at + 1));
		switch (line.slice(0, at)) {
			case 'frame':
				this.last = { ...this.last, frames: value };
				break;
			case 'out_time_us':
				if (Number.isFinite(value)) this.last = { ...this.last, outS: Math.max(0, value / 1e6) };
				break;
			case 'speed':
				if (Number.isFinite(value)) this.last = { ...this.last, speed: value };
				break;
			case 'progress':
				this.#report(this.last);
				break;
		}
	}
}
