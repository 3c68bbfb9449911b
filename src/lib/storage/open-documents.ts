/** Documents by name: each is loaded once and is the same on every call, until it is forgotten. */
export class OpenDocuments<D extends { close(): void }> {
	#load: (name: string) => Promise<D>;
	#open = new Map<string, Promise<D>>();

	constructor(load: (name: string) => Promise<D>) {
		this.#load = load;
	}

	get(name: string): Promise<D> {
		const known = this.#open.get(name);
		if (known !== undefined) return known;
		const opening = this.#load(name);
		this.#open.set(name, opening);
		opening.catch(() => this.#open.delete(name));
		return opening;
	}

	/** The next call loads it anew. */
	forget(name: string): void {
		this.#open.delete(name);
	}

	close(): void {
		for (const opening of this.#open.values()) {
			void opening.then(
				(document) => document.close(),
				(thrown: unknown) => console.debug('A document was never open:', thrown),
			);
		}
		this.#open.clear();
	}
}
