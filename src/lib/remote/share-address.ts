import type { ServerClient } from './server-client.ts';

/** The whole address of a link: servers that know no public one tell it from their root, which may lie in a folder behind a proxy. */
export const shareAddress = ({ base }: Pick<ServerClient, 'base'>, told: string): string =>
	told.startsWith('/') ? base + told : told;
