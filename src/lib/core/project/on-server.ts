/** All of the name in marks of older versions, which do not tell which server; else what stands before its id. */
const ON_SERVER = 'server';

/** How a mark names the export folder of a server; `id` is what the server calls itself, undefined where it is too old to tell. */
export const onServer = (id: string | undefined): string => (id === undefined ? ON_SERVER : `${ON_SERVER}:${id}`);

/** Whether the destination of a mark is the export folder of a server. */
export const isOnServer = (destination: string): boolean =>
	destination === ON_SERVER || destination.startsWith(`${ON_SERVER}:`);

/** Which server the destination of a mark names; undefined when it does not tell, and for other destinations. */
export const serverIdOf = (destination: string): string | undefined =>
	isOnServer(destination) ? destination.slice(ON_SERVER.length + 1) || undefined : undefined;

/** Whether two destinations of marks may be one folder: they are the same, or one does not tell which server it means. */
export function mayBeOneFolder(one: string, other: string): boolean {
	if (one === other) return true;
	const isUntold = serverIdOf(one) === undefined || serverIdOf(other) === undefined;
	return isOnServer(one) && isOnServer(other) && isUntold;
}
