import { Turns } from '../library/turns.ts';

/** Lets each device do a few things at a time. */
export class DeviceTurns {
	readonly #atOnce: number;
	readonly #busy = new Map<string, { readonly turns: Turns; users: number }>();

	constructor(atOnce: number) {
		this.#atOnce = atOnce;
	}

	async take<T>(device: string, work: () => Promise<T>): Promise<T> {
		const own = this.#busy.get(device) ?? { turns: new Turns(this.#atOnce), users: 0 };
		this.#busy.set(device, own);
		own.users += 1;
		try {
			return await own.turns.take(work);
		} finally {
			own.users -= 1;
			if (own.users === 0) this.#busy.delete(device);
		}
	}
}
