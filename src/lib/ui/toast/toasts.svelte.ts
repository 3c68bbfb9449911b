export type ToastKind = 'info' | 'success' | 'warning' | 'error';

/** One short message: what happened and, when there is one, the next step. */
export interface Toast {
	readonly id: number;
	readonly kind: ToastKind;
	readonly text: string;
	readonly action?: { readonly label: string; readonly run: () => void } | undefined;
	/** The action can be had elsewhere too, so the message goes by itself all the same. Default false. */
	readonly passing?: boolean | undefined;
}

/** How long a message stays, in milliseconds. One with something to press stays until it is dismissed, unless it is passing. */
const STAYS_MS: Record<ToastKind, number> = { info: 5000, success: 5000, warning: 9000, error: 12_000 };
const AT_MOST = 4;

/** The messages on screen, oldest first. */
export class Toasts {
	#shown: readonly Toast[] = $state.raw([]);
	#nextId = 1;
	// eslint-disable-next-line svelte/prefer-svelte-reactivity -- timers are not shown
	readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

	get shown(): readonly Toast[] {
		return this.#shown;
	}

	/** Shows a message and gives its id. The same words again replace what is there instead of piling up. */
	show(toast: Omit<Toast, 'id'>): number {
		const same = this.#shown.find(({ kind, text }) => kind === toast.kind && text === toast.text);
		if (same !== undefined) this.dismiss(same.id);
		const id = this.#nextId++;
		this.#shown = [...this.#shown, { ...toast, id }].slice(-AT_MOST);
		this.resume(id);
		return id;
	}

	dismiss(id: number): void {
		this.pause(id);
		this.#shown = this.#shown.filter((toast) => toast.id !== id);
	}

	/** Keeps a message while the pointer or the keyboard is on it. */
	pause(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
	}

	/** Lets the time of a message run, from the start. */
	resume(id: number): void {
		const toast = this.#shown.find((other) => other.id === id);
		if (toast === undefined || (toast.action !== undefined && toast.passing !== true)) return;
		this.pause(id);
		this.#timers.set(
			id,
			setTimeout(() => this.dismiss(id), STAYS_MS[toast.kind]),
		);
	}
}
