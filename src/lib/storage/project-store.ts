import type { Database } from './database.ts';
import type { ProjectDocument } from './project-document.ts';
import type { ProjectStore } from './storage.ts';

const CURRENT = 'currentProject';

export class YjsProjects implements ProjectStore {
	#db: Database;
	#open = new Map<string, Promise<ProjectDocument>>();

	constructor(db: Database) {
		this.#db = db;
	}

	async current(): Promise<ProjectDocument> {
		return this.open(await this.#currentId());
	}

	open(id: string): Promise<ProjectDocument> {
		const known = this.#open.get(id);
		if (known !== undefined) return known;
		const opening = this.#load(id);
		this.#open.set(id, opening);
		opening.catch(() => this.#open.delete(id));
		return opening;
	}

	close(): void {
		for (const opening of this.#open.values()) {
			void opening.then(
				(document) => document.close(),
				(thrown: unknown) => console.debug('A project was never open:', thrown),
			);
		}
		this.#open.clear();
	}

	/** Documents and their CRDT come with the first project: a library needs none. */
	async #load(id: string): Promise<ProjectDocument> {
		const [{ ProjectDocument }, { UpdateLog }] = await Promise.all([
			import('./project-document.ts'),
			import('./update-log.ts'),
		]);
		const name = `project:${id}`;
		return ProjectDocument.open(id, new UpdateLog(this.#db, name), `${this.#db.name}:${name}`);
	}

	/** In one transaction, so that two tabs opened at once agree on the first project. */
	#currentId(): Promise<string> {
		return this.#db.transaction('rw', this.#db.settings, async () => {
			const row = await this.#db.settings.get(CURRENT);
			if (typeof row?.value === 'string') return row.value;
			const id = crypto.randomUUID();
			await this.#db.settings.put({ key: CURRENT, value: id });
			return id;
		});
	}
}
