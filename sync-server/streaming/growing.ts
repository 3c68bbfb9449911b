/** Something that is made part by part: any number of readers take it from its beginning, each at their own pace. */
export class Growing {
	readonly #parts: Uint8Array<ArrayBuffer>[] = [];
	#ended = false;
	#whole = false;
	#wake: () => void = () => undefined;
	#news = this.#nextNews();

	/** Something is there already. */
	get begun(): boolean {
		return this.#parts.length > 0;
	}

	/** All that will ever be of it is there, and it was finished. */
	get whole(): boolean {
		return this.#whole;
	}

	add(part: Uint8Array<ArrayBuffer>): void {
		this.#parts.push(part);
		this.#tell();
	}

	/** The last part was added. */
	finish(): void {
		this.#whole = true;
		this.end();
	}

	/** No more will come, whether it is whole or not. */
	end(): void {
		this.#ended = true;
		this.#tell();
	}

	/** Part `n` once it is there; undefined when it will not come. */
	async part(n: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
		while (n >= this.#parts.length && !this.#ended) await this.#news;
		return this.#parts[n];
	}

	#nextNews(): Promise<void> {
		return new Promise((resolve) => (this.#wake = resolve));
	}

	#tell(): void {
		const wake = this.#wake;
		this.#news = this.#nextNews();
		wake();
	}
}
