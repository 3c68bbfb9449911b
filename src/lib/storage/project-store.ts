import { Dexie } from 'dexie';
import type { Live } from '#core/live';
import { DEFAULT_PROJECT_NAME } from '#core/project/document-layout';
import type { Database } from './database.ts';
import { liveRows } from './live-rows.ts';
import { OpenDocuments, type SharedPlaces } from './open-documents.ts';
import type { ProjectDocument } from './project-document.ts';
import type { ProjectStore, ProjectSummary } from './storage.ts';

const CURRENT = 'currentProject';
const PREFIX = 'project:';

export class YjsProjects implements ProjectStore {
	#db: Database;
	/** Documents and their CRDT come with the first project: a library needs none. */
	#open: OpenDocuments<ProjectDocument>;
	/** Documents whose name and last change are noted for the list. */
	#noted = new WeakSet<ProjectDocument>();

	constructor(db: Database, places?: SharedPlaces) {
		this.#db = db;
		const load = async () => (await import('./project-document.ts')).ProjectDocument;
		this.#open = new OpenDocuments(db, PREFIX, load, places);
	}

	async current(): Promise<ProjectDocument> {
		return this.open(await this.#currentId());
	}

	async open(id: string): Promise<ProjectDocument> {
		const document = await this.#open.get(id);
		this.#note(document);
		return document;
	}

	async create(name: string): Promise<ProjectDocument> {
		const document = await this.open(crypto.randomUUID());
		document.rename(name);
		return document;
	}

	watch(): Live<readonly ProjectSummary[]> {
		return liveRows(() => this.#list());
	}

	async ids(): Promise<readonly string[]> {
		const keys = await this.#db.docUpdates.where('doc').startsWith(PREFIX).uniqueKeys();
		return keys.map((key) => (typeof key === 'string' ? key : '').slice(PREFIX.length));
	}

	async choose(id: string): Promise<void> {
		await this.#db.settings.put({ key: CURRENT, value: id });
	}

	async remove(id: string): Promise<void> {
		// Opened even when it is not: its channel is how other tabs hear of it.
		const document = await this.#open.forRemoval(id);
		await document.flush();
		this.#open.forget(id);
		document.endEverywhere();
		const { docUpdates, blobs, projects, settings } = this.#db;
		await this.#db.transaction('rw', [docUpdates, blobs, projects, settings], async () => {
			await docUpdates.where('doc').equals(`${PREFIX}${id}`).delete();
			await blobs.where('doc').equals(`${PREFIX}${id}`).delete();
			await this.#db.projects.delete(id);
			if ((await this.#db.settings.get(CURRENT))?.value === id) await this.#db.settings.delete(CURRENT);
		});
	}

	close(): void {
		this.#open.close();
	}

	/** Projects of an older app are listed by the name they have when they are opened. */
	async #list(): Promise<readonly ProjectSummary[]> {
		const [rows, current, ids] = await Promise.all([
			this.#db.projects.toArray(),
			this.#db.settings.get(CURRENT),
			this.ids(),
		]);
		const known = new Map(rows.map((row) => [row.id, row]));
		const summaries = ids.map((id) => ({
			...(known.get(id) ?? { id, name: DEFAULT_PROJECT_NAME, updatedAt: '', media: [] }),
			current: id === current?.value,
		}));
		return summaries.sort((a, b) => (a.updatedAt > b.updatedAt ? -1 : 1));
	}

	/** Keeps what lists show of an open project. */
	#note(document: ProjectDocument): void {
		if (this.#noted.has(document)) return;
		this.#noted.add(document);
		let told = '';
		document.watch().subscribe(({ id, name, media: files, segments, crops }) => {
			// To the minute: a drag changes the project sixty times a second.
			const updatedAt = `${new Date().toISOString().slice(0, 16)}:00.000Z`;
			const used = new Set([...Object.keys(files), ...segments.map((one) => one.media), ...Object.keys(crops)]);
			const media = [...used].map((one) => ({ media: one, name: files[one]?.name ?? '' }));
			const telling = JSON.stringify([name, updatedAt, media]);
			if (telling === told || document.readOnly) return;
			told = telling;
			this.#db.projects.put({ id, name, updatedAt, media }).catch((thrown: unknown) => {
				if (!(thrown instanceof Dexie.DatabaseClosedError)) console.warn('The list of projects is not kept:', thrown);
			});
		});
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
