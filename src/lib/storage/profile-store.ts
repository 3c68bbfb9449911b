import { Dexie } from 'dexie';
import type { Live } from '#core/live';
import { DEFAULT_PROFILE } from '#core/project/profile';
import type { Database } from './database.ts';
import { liveRows } from './live-rows.ts';
import { OpenDocuments, type SharedPlaces } from './open-documents.ts';
import type { ProfileDocument } from './profile-document.ts';
import type { ProfileStore, ProfileSummary } from './storage.ts';

const PREFIX = 'profile:';

export class YjsProfiles implements ProfileStore {
	#db: Database;
	#open: OpenDocuments<ProfileDocument>;
	/** Documents whose title is noted for the list. */
	#noted = new WeakSet<ProfileDocument>();

	constructor(db: Database, places?: SharedPlaces) {
		this.#db = db;
		const load = async () => (await import('./profile-document.ts')).ProfileDocument;
		this.#open = new OpenDocuments(db, PREFIX, load, places);
	}

	async open(name: string): Promise<ProfileDocument> {
		const document = await this.#open.get(name);
		this.#note(name, document);
		return document;
	}

	watch(): Live<readonly ProfileSummary[]> {
		return liveRows(async () => {
			const [rows, names] = await Promise.all([this.#db.profiles.toArray(), this.names()]);
			const titles = new Map(rows.map(({ id, title }) => [id, title]));
			return names.map((id) => ({ id, title: titles.get(id) ?? id }));
		});
	}

	/** Keeps what lists show of an open profile. */
	#note(id: string, document: ProfileDocument): void {
		if (this.#noted.has(document)) return;
		this.#noted.add(document);
		let told = '';
		document.watch().subscribe(() => {
			const { title } = document;
			if (title === told || document.removed) return;
			told = title;
			this.#db.profiles.put({ id, title }).catch((thrown: unknown) => {
				if (!(thrown instanceof Dexie.DatabaseClosedError)) console.warn('The list of profiles is not kept:', thrown);
			});
		});
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
		const document = await this.#open.forRemoval(name);
		await document.flush();
		this.#open.forget(name);
		document.endEverywhere();
		await this.#db.transaction('rw', this.#db.docUpdates, this.#db.profiles, async () => {
			await this.#db.docUpdates.where('doc').equals(`${PREFIX}${name}`).delete();
			await this.#db.profiles.delete(name);
		});
	}

	close(): void {
		this.#open.close();
	}
}
