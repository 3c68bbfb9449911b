import type { Database } from './database.ts';
import { OpenDocuments } from './open-documents.ts';
import type { ProjectDocument } from './project-document.ts';
import type { ProjectStore } from './storage.ts';

const CURRENT = 'currentProject';

export class YjsProjects implements ProjectStore {
	#db: Database;
	/** Documents and their CRDT come with the first project: a library needs none. */
	#open: OpenDocuments<ProjectDocument>;

	constructor(db: Database) {
		this.#db = db;
		this.#open = new OpenDocuments(db, 'project:', async () => (await import('./project-document.ts')).ProjectDocument);
	}

	async current(): Promise<ProjectDocument> {
		return this.open(await this.#currentId());
	}

	open(id: string): Promise<ProjectDocument> {
		return this.#open.get(id);
	}

	close(): void {
		this.#open.close();
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
