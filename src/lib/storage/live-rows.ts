import { liveQuery } from 'dexie';
import type { Live } from '#core/live';
import { errorName } from './storage-error.ts';

/** A query that answers again whenever a table it read has changed, in this tab or another. */
export function liveRows<T>(query: () => Promise<T>): Live<T> {
	return {
		subscribe(next) {
			return liveQuery(query).subscribe({
				next,
				error(thrown: unknown) {
					// After `close` nothing more is to be told; anything else is a bug and must be seen.
					if (!errorName(thrown).includes('DatabaseClosed')) console.warn('A live query ended:', thrown);
				},
			});
		},
	};
}
