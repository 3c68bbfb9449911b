import type { Fingerprint } from '#core/media/fingerprint';

/** How long another tab may take to hand a file over, in milliseconds. */
const ANSWER_MS = 400;

type Message =
	| { readonly kind: 'ask'; readonly media: Fingerprint }
	| { readonly kind: 'file'; readonly media: Fingerprint; readonly file: File };

/**
 * Files that can only be read until the page goes. Tabs hand them to each other (a `File` travels without its bytes), because the
 * tab that runs the exports is not always the one the file was added in.
 */
export class VisitFiles {
	#files = new Map<Fingerprint, File>();
	#channel: BroadcastChannel;
	#waiting = new Set<(message: { media: Fingerprint; file: File }) => void>();

	constructor(name: string) {
		this.#channel = new BroadcastChannel(`${name}:visit-files`);
		this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
			if (data.kind === 'file') {
				for (const listen of this.#waiting) listen(data);
				return;
			}
			const file = this.#files.get(data.media);
			if (file !== undefined) this.#send({ kind: 'file', media: data.media, file });
		});
	}

	has(media: Fingerprint): boolean {
		return this.#files.has(media);
	}

	keep(media: Fingerprint, file: File): void {
		this.#files.set(media, file);
	}

	forget(media: Fingerprint): void {
		this.#files.delete(media);
	}

	/** The file, from this tab or another; undefined when no tab has it. */
	async find(media: Fingerprint): Promise<File | undefined> {
		const own = this.#files.get(media);
		if (own !== undefined) return own;
		return new Promise((resolve) => {
			const finish = (file: File | undefined): void => {
				clearTimeout(timer);
				this.#waiting.delete(listen);
				if (file !== undefined) this.#files.set(media, file);
				resolve(file);
			};
			const listen = (message: { media: Fingerprint; file: File }): void => {
				if (message.media === media) finish(message.file);
			};
			const timer = setTimeout(() => finish(undefined), ANSWER_MS);
			this.#waiting.add(listen);
			this.#send({ kind: 'ask', media });
		});
	}

	close(): void {
		this.#channel.close();
	}

	#send(message: Message): void {
		this.#channel.postMessage(message);
	}
}
