/* Sets of ids that never change: state is a new set. Not in a file with runes, where a plain set looks like forgotten state. */

export const idSet = (ids: Iterable<string>): ReadonlySet<string> => new Set(ids);

/** `ids` with `id` added, or taken out when it is there. */
export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
	const next = new Set(ids);
	if (!next.delete(id)) next.add(id);
	return next;
}
