import type { Box } from './detection.ts';

/** One number that moves evenly: where it is, how fast, and how well both are known. Time in units of the caller's choice. */
export interface Motion {
	value: number;
	speed: number;
	/** Variances of value and speed, and their covariance. */
	pp: number;
	pv: number;
	vv: number;
}

/** Where it will be `dt` later. `valueNoise` and `speedNoise` are the variances that one unit of time adds. */
export function predictMotion(motion: Motion, dt: number, valueNoise: number, speedNoise: number): void {
	motion.value += motion.speed * dt;
	motion.pp += dt * (2 * motion.pv + dt * motion.vv) + valueNoise * dt + (speedNoise * dt ** 3) / 3;
	motion.pv += dt * motion.vv + (speedNoise * dt * dt) / 2;
	motion.vv += speedNoise * dt;
}

/** Takes in a measurement with the variance `noise`. */
export function updateMotion(motion: Motion, measured: number, noise: number): void {
	const total = motion.pp + noise;
	const [gain, speedGain] = [motion.pp / total, motion.pv / total];
	const surprise = measured - motion.value;
	motion.value += gain * surprise;
	motion.speed += speedGain * surprise;
	motion.vv -= speedGain * motion.pv;
	motion.pv *= 1 - gain;
	motion.pp *= 1 - gain;
}

/** The weights of SORT and ByteTrack are told for frames of 30 per second. */
const FRAMES_PER_S = 30;
const POSITION = 1 / 20;
const SPEED = 1 / 160;
const SHAPE = 1e-2;
const SHAPE_SPEED = 1e-5;
const SHAPE_MEASURED = 1e-1;

/**
 * A box that moves with constant speed: a Kalman filter over centre, aspect ratio and height with the standard deviations of SORT (Bewley et
 * al. 2016) and ByteTrack (Zhang et al. 2022): 1/20 of the height for places, 1/160 of it for speeds. The eight dimensions of these papers
 * fall apart into four filters of two, since nothing in them couples the axes. Steps are in seconds of real time and may differ.
 */
export class BoxFilter {
	readonly #aspect: number;
	readonly #x: Motion;
	readonly #y: Motion;
	readonly #shape: Motion;
	readonly #height: Motion;

	/** `aspect`: width of the picture over its height; boxes are fractions of either. */
	constructor(box: Box, aspect: number) {
		this.#aspect = aspect;
		const { x, y, shape, height } = this.#measure(box);
		const place = (2 * POSITION * height) ** 2;
		const speed = (10 * SPEED * height) ** 2;
		this.#x = { value: x, speed: 0, pp: place, pv: 0, vv: speed };
		this.#y = { value: y, speed: 0, pp: place, pv: 0, vv: speed };
		this.#height = { value: height, speed: 0, pp: place, pv: 0, vv: speed };
		this.#shape = { value: shape, speed: 0, pp: SHAPE ** 2, pv: 0, vv: SHAPE_SPEED ** 2 };
	}

	/** Moves on by `seconds`. A box that is `unseen` keeps its height: it would shrink or grow without end. */
	predict(seconds: number, unseen = false): void {
		const dt = Math.max(0, seconds) * FRAMES_PER_S;
		const height = this.#heightNow();
		const [place, speed] = [(POSITION * height) ** 2, (SPEED * height) ** 2];
		if (unseen) this.#height.speed = 0;
		predictMotion(this.#x, dt, place, speed);
		predictMotion(this.#y, dt, place, speed);
		predictMotion(this.#height, dt, place, speed);
		predictMotion(this.#shape, dt, SHAPE ** 2, SHAPE_SPEED ** 2);
	}

	update(box: Box): void {
		const noise = (POSITION * this.#heightNow()) ** 2;
		const { x, y, shape, height } = this.#measure(box);
		updateMotion(this.#x, x, noise);
		updateMotion(this.#y, y, noise);
		updateMotion(this.#height, height, noise);
		updateMotion(this.#shape, shape, SHAPE_MEASURED ** 2);
	}

	get box(): Box {
		const height = this.#heightNow();
		const width = (Math.max(1e-3, this.#shape.value) * height) / this.#aspect;
		return { x: this.#x.value / this.#aspect - width / 2, y: this.#y.value - height / 2, width, height };
	}

	/** Everything in heights of the picture, so that a step to the right is as long as a step down. */
	#measure({ x, y, width, height }: Box): { x: number; y: number; shape: number; height: number } {
		const tall = Math.max(1e-4, height);
		return {
			x: (x + width / 2) * this.#aspect,
			y: y + height / 2,
			shape: (width * this.#aspect) / tall,
			height: tall,
		};
	}

	#heightNow(): number {
		return Math.max(1e-4, this.#height.value);
	}
}
