import { getEncoders, testEncoders, type EncoderReport, type Encoders } from '#contract/encoders';
import { getJob, type ServerJob } from '#contract/jobs';
import type { Result } from '#core/result';
import type { Connection } from '$lib/remote/connection';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';

/** How often the trial is asked how far it is, in milliseconds. */
const ASK_MS = 500;

/** Which encoders of the server work, and trying them again. */
export class ServerEncoders {
	#known: Encoders | undefined = $state.raw();
	#progress: number | undefined = $state();
	#problem = $state('');
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Those that work first. */
	get reports(): readonly EncoderReport[] {
		return [...(this.#known?.encoders ?? [])].sort((a, b) => Number(b.works) - Number(a.works));
	}

	/** 0..1 while they are tried. */
	get progress(): number | undefined {
		return this.#progress;
	}

	/** Why there are none, or why they could not be tried; empty while all is well. */
	get problem(): string {
		return this.#problem === '' ? (this.#known?.problem ?? '') : this.#problem;
	}

	async load(): Promise<void> {
		const { client } = this.#connection;
		if (client === undefined) return;
		const reply = await client.call(getEncoders);
		if (reply.ok) this.#known = reply.value;
	}

	/** Resolves when all were tried, or `signal` says that nobody waits any more; the server goes on. */
	async test(signal: AbortSignal): Promise<void> {
		const { client } = this.#connection;
		if (client === undefined || this.#progress !== undefined) return;
		this.#problem = '';
		this.#progress = 0;
		let job: Result<ServerJob, ServerFailure> = await client.call(testEncoders);
		while (job.ok && (job.value.state === 'queued' || job.value.state === 'running') && !signal.aborted) {
			this.#progress = job.value.progress;
			await new Promise((resolve) => setTimeout(resolve, ASK_MS));
			job = await client.call(getJob, { params: { id: job.value.id } });
		}
		this.#progress = undefined;
		if (!job.ok) this.#problem = serverFailureText(job.error);
		await this.load();
	}
}
