import type { Failure } from '#core/failure';
import { err, type Result } from '#core/result';
import { connect, WorkerCrashedError, type Connection } from '../../../worker-rpc/connect.ts';
import { Bell } from '../pace.ts';
import type { PictureRequest } from './picture.worker.ts';

type Api = typeof import('./picture.worker.ts').api;

/** Pictures that each worker holds: one that is made, one that waits. */
const EACH = 2;

interface Member {
	readonly connection: Connection<Api>;
	held: number;
}

/** Workers that make picture files side by side. They start with the first picture and stay until `dispose`. */
export class PicturePool {
	#members: Member[] = [];
	readonly #freed = new Bell();

	constructor(private readonly count = Math.min(4, Math.max(2, navigator.hardwareConcurrency))) {}

	/** Resolves when a worker has room. */
	async room(signal: AbortSignal): Promise<void> {
		while (this.#members.length >= this.count && this.#members.every(({ held }) => held >= EACH) && !signal.aborted) {
			await this.#freed.wait();
		}
	}

	/** Makes one picture file; takes the frame. */
	async write(request: PictureRequest): Promise<Result<number, Failure>> {
		const member = this.#leastBusy();
		member.held += 1;
		try {
			return await member.connection.call('write', request, { transfer: [request.frame] });
		} catch (thrown) {
			if (!(thrown instanceof WorkerCrashedError)) throw thrown;
			return err({ kind: 'worker-crashed', subject: request.subject, detail: thrown.message });
		} finally {
			member.held -= 1;
			this.#members = this.#members.filter(({ connection }) => !connection.closed);
			this.#freed.ring();
		}
	}

	dispose(): void {
		for (const { connection } of this.#members) connection.terminate();
		this.#members = [];
	}

	#leastBusy(): Member {
		const [least] = [...this.#members].sort((a, b) => a.held - b.held);
		if (least !== undefined && (least.held === 0 || this.#members.length >= this.count)) return least;
		const worker = new Worker(new URL('./picture.worker.ts', import.meta.url), { type: 'module' });
		const member = { connection: connect<Api>(worker), held: 0 };
		this.#members.push(member);
		return member;
	}
}
