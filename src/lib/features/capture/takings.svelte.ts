import {
	createCapture,
	getCapture,
	retryCapture,
	type Capture,
	type CaptureDefaults,
	type NewCapture,
} from '#contract/captures';
import type { Session } from '#contract/sessions';
import type { Result } from '#core/result';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';

/** How often the server is asked how far a capture is, in milliseconds. */
const ASK_MS = 400;
/** What is remembered of this visit; all of it is in the gallery. */
const MOST = 30;

/** Something that was taken on this visit. */
export interface Taking {
	readonly id: number;
	readonly request: NewCapture;
	/** `sending`: the server has not answered yet; `unsent`: it could not be asked, or said no. */
	readonly state: 'sending' | 'pending' | 'complete' | 'failed' | 'unsent';
	/** Why it is `failed` or `unsent`, and what to do. */
	readonly message: string;
	readonly capture: Capture | undefined;
}

/** Takes screenshots and clips of what plays, and follows what becomes of them. */
export class Takings {
	#all: readonly Taking[] = $state.raw([]);
	#next = 1;
	readonly #connection: Pick<Connection, 'client'>;
	readonly #askMs: number;

	/** @param askMs How often it is asked how far a capture is; 400 unless a test says otherwise. */
	constructor(connection: Pick<Connection, 'client'>, askMs = ASK_MS) {
		this.#connection = connection;
		this.#askMs = askMs;
	}

	/** Newest first. */
	get all(): readonly Taking[] {
		return this.#all;
	}

	of(session: Session): readonly Taking[] {
		return this.#all.filter(({ request }) => request.session === session.id);
	}

	/** A screenshot of where it was at the press. Settles when it is made, or is not. */
	screenshot(session: Session, atS: number, defaults?: CaptureDefaults): Promise<void> {
		return this.take({ type: 'screenshot', session: session.id, atS, ...defaults?.screenshot });
	}

	/** The last seconds up to where it was at the press. */
	lastSeconds(session: Session, seconds: number, endS: number, defaults?: CaptureDefaults): Promise<void> {
		const clip = { type: 'clip', session: session.id, span: { kind: 'last', seconds, endS } } as const;
		if (defaults === undefined) return this.take(clip);
		const { mode, format, quality, shortSide, subtitles } = defaults.clip;
		// A fast clip keeps the picture as it is: nothing can be drawn into it, and it has its size.
		if (mode === 'fast') return this.take({ ...clip, mode, format, quality });
		return this.take({ ...clip, mode, format, quality, subtitles, ...(shortSide !== null && { shortSide }) });
	}

	async take(request: NewCapture): Promise<void> {
		const id = this.#next++;
		this.#all = [{ id, request, state: 'sending' as const, message: '', capture: undefined }, ...this.#all].slice(
			0,
			MOST,
		);
		await this.#send(id);
	}

	/** Asks for the same again: the same moment, however late it is now. */
	async retry({ id, capture }: Taking): Promise<void> {
		this.#change(id, { state: 'sending', message: '' });
		await this.#send(id, capture);
	}

	/** Takes it from the list; what was made stays in the gallery. */
	dismiss({ id }: Taking): void {
		this.#all = this.#all.filter((one) => one.id !== id);
	}

	async #send(id: number, failed?: Capture): Promise<void> {
		const taking = this.#find(id);
		const { client } = this.#connection;
		if (taking === undefined) return;
		if (client === undefined) return this.#told(id, { ok: false, error: { kind: 'offline', cause: 'no server' } });
		const reply =
			failed === undefined
				? await client.call(createCapture, { body: taking.request })
				: await client.call(retryCapture, { params: { id: failed.id } });
		this.#told(id, reply);
		await this.#follow(id);
	}

	async #follow(id: number): Promise<void> {
		for (let one = this.#find(id); one?.state === 'pending'; one = this.#find(id)) {
			await new Promise((resolve) => setTimeout(resolve, this.#askMs));
			const { client } = this.#connection;
			if (one.capture === undefined || client === undefined) continue;
			const reply = await client.call(getCapture, { params: { id: one.capture.id } });
			// A server that is away for a moment goes on with it.
			if (reply.ok || reply.error.kind === 'refused') this.#told(id, reply);
		}
	}

	#told(id: number, reply: Result<Capture, ServerFailure>): void {
		if (!reply.ok) return this.#change(id, { state: 'unsent', message: serverFailureText(reply.error) });
		const { status, message = '' } = reply.value;
		this.#change(id, { capture: reply.value, state: status, message });
	}

	#find(id: number): Taking | undefined {
		return this.#all.find((one) => one.id === id);
	}

	#change(id: number, patch: Partial<Taking>): void {
		this.#all = this.#all.map((one) => (one.id === id ? { ...one, ...patch } : one));
	}
}
