import { liveQuery } from 'dexie';
import { isPartMissing } from '#core/part-missing';
import type { Live } from '#core/live';
import { errorName } from './storage-error.ts';

/** A query that answers again whenever a table it read has changed, in this tab or another. */
export function liveRows<T>(query: () => Promise<T>): Live<T> {
	return {
		subscribe(next) {
			const follow = () =>
				liveQuery(query).subscribe({
					next,
					error(thrown: unknown) {
						// What reads the rows comes with the first ones, and the network may be off by then: the page tells that.
						if (isPartMissing(thrown)) {
							reportError(thrown);
							addEventListener('online', again, { once: true });
							stopWaiting = () => removeEventListener('online', again);
						}
						// After `close` nothing more is to be told; anything else is a bug and must be seen.
						else if (!errorName(thrown).includes('DatabaseClosed')) console.warn('A live query ended:', thrown);
					},
				});
			const again = (): void => {
				subscription = follow();
			};
			let stopWaiting = (): void => undefined;
			let subscription = follow();
			return {
				unsubscribe() {
					stopWaiting();
					subscription.unsubscribe();
				},
			};
		},
	};
}
