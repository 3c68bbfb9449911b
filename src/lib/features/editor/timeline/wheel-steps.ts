/** Wheels that turn in notches tell at least this much at once, in pixels; touchpads tell less, many times. */
const NOTCH_PX = 40;

/** Turns the movement of a wheel into whole steps: one a notch, and one for every `NOTCH_PX` of a touchpad. */
export class WheelSteps {
	#rest = 0;

	/** Steps for this much more, negative upwards. */
	take(deltaPx: number): number {
		if (Math.abs(deltaPx) >= NOTCH_PX) {
			this.#rest = 0;
			return Math.sign(deltaPx);
		}
		// Turning back takes effect at once.
		this.#rest = Math.sign(this.#rest) === -Math.sign(deltaPx) ? deltaPx : this.#rest + deltaPx;
		const steps = Math.trunc(this.#rest / NOTCH_PX) || 0;
		this.#rest -= steps * NOTCH_PX;
		return steps;
	}
}
