import type { Failure } from '#core/failure';
import { err, type Result } from '#core/result';
import { connect, WorkerCrashedError, type Connection } from '../../../worker-rpc/connect.ts';
import { Bell } from '../pace.ts';
import type { PictureTarget, WrittenPicture } from './picture.worker.ts';

type Api = typeof import('./picture.worker.ts').api;

/** Pictures that each worker holds: one that is made, one that waits. */
const EACH = 2;

interface Member {
	readonly connection: Connection<Api>;
	/** What it was told of: messages arrive in order, so a picture can follow at once. */
	readonly targets: Set<string>;
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

	/** Makes picture `n` (from 1); takes the frame. */
	async write(target: PictureTarget, frame: VideoFrame, n: number): Promise<Result<WrittenPicture, Failure>> {
		const member = this.#leastBusy();
		const { connection, targets } = member;
		member.held += 1;
		try {
			const opening = targets.has(target.id) ? undefined : connection.call('open', target);
			targets.add(target.id);
			const writing = connection.call('write', { target: target.id, frame, n }, { transfer: [frame] });
			const [written] = await Promise.all([writing, opening]);
			return written;
		} catch (thrown) {
			if (!(thrown instanceof WorkerCrashedError)) throw thrown;
			return err({ kind: 'worker-crashed', subject: target.subject, detail: thrown.message });
		} finally {
			member.held -= 1;
			this.#members = this.#members.filter((one) => !one.connection.closed);
			this.#freed.ring();
		}
	}

	/** Lets go of what belongs to a target: no picture of it is under way any more. */
	async forget({ id }: PictureTarget): Promise<void> {
		const told = this.#members.filter(({ targets }) => targets.delete(id));
		await Promise.all(told.map(({ connection }) => connection.call('close', id).catch(() => undefined)));
	}

	dispose(): void {
		for (const { connection } of this.#members) connection.terminate();
		this.#members = [];
	}

	#leastBusy(): Member {
		const [least] = [...this.#members].sort((a, b) => a.held - b.held);
		if (least !== undefined && (least.held === 0 || this.#members.length >= this.count)) return least;
		const worker = new Worker(new URL('./picture.worker.ts', import.meta.url), { type: 'module' });
		const member = { connection: connect<Api>(worker), targets: new Set<string>(), held: 0 };
		this.#members.push(member);
		return member;
	}
}
