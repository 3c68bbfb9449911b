import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as z from 'zod';
import type { Settings } from './db/settings.ts';

/** Which server this is, for apps that meet several. */
export interface ServerIdentity {
	/** Made up at the first start and kept in the database: it outlives another address and another name. */
	readonly id: string;
	/** What a person calls the machine. */
	readonly name: string;
}

const KEY = 'server.id';

export function serverIdentity(settings: Settings): ServerIdentity {
	const known = settings.get(KEY, z.uuid());
	const id = known ?? randomUUID();
	if (known === undefined) settings.set(KEY, id);
	return { id, name: hostname() };
}
