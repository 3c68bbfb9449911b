/** Messages from the page to a worker. `port`-like values travel inside `request` by structured clone. */
export type ToWorker =
	| { readonly kind: 'call'; readonly id: number; readonly method: string; readonly request: unknown }
	| { readonly kind: 'abort'; readonly id: number };

/** Messages from a worker to the page. */
export type FromWorker =
	| { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
	| { readonly kind: 'done'; readonly id: number; readonly value: unknown }
	| {
			readonly kind: 'failed';
			readonly id: number;
			readonly error: { readonly name: string; readonly message: string; readonly stack?: string };
	  };

/** What a worker method gets beside its request. */
export interface CallContext<Progress = never> {
	readonly signal: AbortSignal;
	readonly report: (progress: Progress) => void;
}

/** Methods a worker offers: `(request, context) => Promise<answer>`. Wrap the answer in `transferring` to move buffers. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the constraint must accept every request and progress type
export type WorkerApi = Record<string, (request: any, context: CallContext<any>) => Promise<unknown>>;

/** An answer whose buffers, frames or ports move to the page instead of being copied. */
export class Transferring<T> {
	constructor(
		readonly value: T,
		readonly transfer: Transferable[],
	) {}
}

export const transferring = <T>(value: T, transfer: Transferable[]): Transferring<T> =>
	new Transferring(value, transfer);

export type RequestOf<Method> = Method extends (request: infer R, ...rest: never[]) => unknown ? R : never;
export type AnswerOf<Method> = Method extends (...args: never[]) => Promise<infer A>
	? A extends Transferring<infer T>
		? T
		: A
	: never;
export type ProgressOf<Method> = Method extends (request: never, context: CallContext<infer P>) => unknown ? P : never;
