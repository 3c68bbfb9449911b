import { DEFAULT_PROFILE } from '#core/project/profile';
import type { Database } from './database.ts';
import { OpenDocuments, type SharedPlaces } from './open-documents.ts';
import type { ProfileDocument } from './profile-document.ts';
import type { ProfileStore } from './storage.ts';

const PREFIX = 'profile:';

export class YjsProfiles implements ProfileStore {
	#db: Database;
	#open: OpenDocuments<ProfileDocument>;

	constructor(db: Database, places?: SharedPlaces) {
		this.#db = db;
		const load = async () => (await import('./profile-document.ts')).ProfileDocument;
		this.#open = new OpenDocuments(db, PREFIX, load, places);
	}

	open(name: string): Promise<ProfileDocument> {
		return this.#open.get(name);
	}

	async names(): Promise<readonly string[]> {
		const keys = await this.#db.docUpdates.where('doc').startsWith(PREFIX).uniqueKeys();
		const names = keys
			.map((key) => (typeof key === 'string' ? key : '').slice(PREFIX.length))
			.filter((name) => name !== DEFAULT_PROFILE);
		return [DEFAULT_PROFILE, ...names.sort((a, b) => a.localeCompare(b))];
	}

	async remove(name: string): Promise<void> {
		// Opened even when it is not: its channel is how other tabs hear of it.
		const document = await this.open(name);
		await document.flush();
		this.#open.forget(name);
		document.endEverywhere();
		await this.#db.docUpdates.where('doc').equals(`${PREFIX}${name}`).delete();
	}

	close(): void {
		this.#open.close();
	}
}
