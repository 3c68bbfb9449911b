/** A value that changes: `next` is called with the present value soon after subscribing, then at each change. */
export interface Live<T> {
	subscribe(next: (value: T) => void): { unsubscribe(): void };
}
