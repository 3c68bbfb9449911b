import type { Context } from 'hono';
import type { Client } from './client.ts';

/** Who asks, as the guard found out. */
export interface RequestDevice {
	/** Of the paired device; `local` and `guest-…` where no token is asked for. */
	readonly id: string;
	/** False for `local` and `guest-…`. */
	readonly paired: boolean;
}

declare module 'hono' {
	interface ContextVariableMap {
		/** Absent where nobody is signed in but should be (only open routes are reached then), and without a guard (tests). */
		device?: RequestDevice;
		client?: Client;
	}
}

/** Id of the device that asks, for what is made in its name. */
export const deviceIdOf = (c: Context): string => c.get('device')?.id ?? 'local';

/** The person at the machine itself, and those whom they let in: they say where the server sends to, and with which secrets. Not whoever is on the same network. */
export function maySetUp(c: Context): boolean {
	const device = c.get('device');
	return device === undefined || device.paired || device.id === 'local';
}
