import { frameCount, nearestFrame, timeOfFrame, frameAt, type FrameIndex } from '#core/time/frame-index';
import { connect, type Connection } from '../worker-rpc/connect.ts';
import type { BackendSource } from './backend.ts';
import type { OpenAnswer, SoundAnswer, StillAnswer, StillRequest } from './messages.ts';

type Api = typeof import('./player.worker.ts').api;

/** The page's side of the decoding worker: frame numbers are those of the player's index. Starts a new worker after a crash. */
export class DecodeClient {
	readonly #source: BackendSource;
	#connection: Connection<Api> | undefined;
	#opened: Promise<OpenAnswer> | undefined;
	#index: FrameIndex | undefined;
	/** The copy's own frames. */
	#copyIndex: FrameIndex | undefined;
	#ticket = 0;
	#shiftS = 0;
	#closed = false;

	constructor(source: BackendSource) {
		this.#source = source;
		this.#index = source.index;
	}

	/** The frames that numbers refer to; undefined before `open`, and when there is no picture. */
	get index(): FrameIndex | undefined {
		return this.#index;
	}

	/** The frames of the file that is read: other ones when it is a copy. */
	get ownIndex(): FrameIndex | undefined {
		return this.#copyIndex ?? this.#index;
	}
	/** What is added to the times of a copy to get those of the file, in seconds. */
	get shiftS(): number {
		return this.#shiftS;
	}

	/** Rejects with `WorkerCrashedError` or what mediabunny says of the file. */
	open(): Promise<OpenAnswer> {
		if (this.#closed) return Promise.reject(new DOMException('The player was closed', 'AbortError'));
		if (this.#opened === undefined || this.#connection?.closed === true) this.#opened = this.#open();
		return this.#opened;
	}

	/**
	 * The picture is the caller's to close. After `signal` fired it rejects with `AbortError` as soon as the worker has let go, and
	 * never leaves a picture behind.
	 */
	async still(request: Omit<StillRequest, 'ticket'>, signal: AbortSignal): Promise<StillAnswer> {
		await this.open();
		signal.throwIfAborted();
		const connection = this.#call();
		const ticket = (this.#ticket += 1);
		// A worker that is gone has nothing left to drop.
		const drop = (): void => void connection.call('dropStill', { ticket }).catch(() => undefined);
		signal.addEventListener('abort', drop, { once: true });
		try {
			const answer = await connection.call('still', { ...request, ticket, frame: this.#toWorker(request.frame) });
			if (signal.aborted) answer.picture.close();
			signal.throwIfAborted();
			return { picture: answer.picture, frame: this.#fromWorker(answer.frame, request.frame) };
		} finally {
			signal.removeEventListener('abort', drop);
		}
	}

	async seekSound(fromS: number): Promise<void> {
		await this.open();
		await this.#call().call('seekSound', { fromS: fromS - this.#shiftS });
	}

	async sound(): Promise<SoundAnswer | null> {
		const piece = await this.#call().call('sound', undefined);
		return piece === null ? null : { ...piece, startS: piece.startS + this.#shiftS };
	}

	/** Ends the worker. Pictures that it still held are freed with it. */
	async close(): Promise<void> {
		this.#closed = true;
		const connection = this.#connection;
		this.#connection = undefined;
		if (connection === undefined || connection.closed) return;
		try {
			await connection.call('close', undefined, { signal: AbortSignal.timeout(500) });
		} catch (thrown) {
			// It is ended all the same.
			if (!(thrown instanceof Error || thrown instanceof DOMException)) throw thrown;
		} finally {
			connection.terminate();
		}
	}

	async #open(): Promise<OpenAnswer> {
		const worker = new Worker(new URL('./player.worker.ts', import.meta.url), { type: 'module' });
		const connection = connect<Api>(worker);
		this.#connection = connection;
		const { file, facts, index, isCopy = false } = this.#source;
		const answer = await connection.call('open', index === undefined || isCopy ? { file } : { file, index });
		if (isCopy && answer.index !== undefined) {
			this.#copyIndex = answer.index;
			this.#shiftS = facts.firstTimestampS - timeOfFrame(answer.index, 0);
			this.#index ??= shifted(answer.index, this.#shiftS);
		}
		this.#index ??= answer.index;
		return answer;
	}

	#call(): Connection<Api> {
		if (this.#connection === undefined) throw new DOMException('The player was closed', 'AbortError');
		return this.#connection;
	}

	#toWorker(frame: number): number {
		if (this.#copyIndex === undefined || this.#index === undefined) return frame;
		const middleS = (timeOfFrame(this.#index, frame) + timeOfFrame(this.#index, frame + 1)) / 2;
		return frameAt(this.#copyIndex, middleS - this.#shiftS);
	}

	#fromWorker(frame: number, asked: number): number {
		if (this.#copyIndex === undefined || this.#index === undefined) return frame;
		if (this.#toWorker(asked) === frame) return asked;
		const timeS = timeOfFrame(this.#copyIndex, frame) + this.#shiftS;
		return Math.min(nearestFrame(this.#index, timeS), frameCount(this.#index) - 1);
	}
}

const shifted = ({ ptsUs, key, endUs }: FrameIndex, byS: number): FrameIndex => ({
	ptsUs: ptsUs.map((timeUs) => timeUs + byS * 1e6),
	key,
	endUs: endUs + byS * 1e6,
});
