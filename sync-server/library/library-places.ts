import type { Statement } from 'better-sqlite3';
import type { Database } from '../db/open-database.ts';
import type { RootRow } from './library-rows.ts';

/** Where a file lies: a root, and the names below it. */
export interface MediaPlace {
	readonly root: string;
	readonly names: readonly string[];
}

const THERE = "m.absent_ms IS NULL AND r.state = 'ready'";
const JOINED = `library_media m JOIN library_folders f ON f.n = m.folder_n JOIN library_roots r ON r.id = m.root_id`;

/** Files of the library by where they lie, for rooms that are told paths by others. Only what the library knows is found. */
export class LibraryPlaces {
	readonly #db: Database;
	readonly #roots: readonly RootRow[];
	/** Asked for each thing that plays: prepared once. */
	readonly #file: Statement;

	constructor(db: Database, roots: readonly RootRow[]) {
		this.#db = db;
		this.#roots = roots.filter(({ kind }) => kind === 'media');
		this.#file = db.sqlite.prepare(
			`SELECT m.id FROM ${JOINED} WHERE f.root_id = ? AND f.path = ? AND m.raw_name = ? AND ${THERE}`,
		);
	}

	/** Folders of MEDIA_DIRS with their paths, which never leave the server. */
	get roots(): readonly { readonly id: string; readonly path: string }[] {
		return this.#roots;
	}

	/** Some of them were never read to the end: what is not found may only not be known yet. */
	get beingRead(): boolean {
		const sql = `SELECT 1 FROM library_roots WHERE kind = 'media' AND state = 'waiting'`;
		return this.#roots.length > 0 && this.#db.sqlite.prepare(sql).get() !== undefined;
	}

	/** Id of the file that is there now. Names are one whether accents are letters of their own or not. */
	file({ root, names }: MediaPlace): string | undefined {
		if (!this.#has(root)) return undefined;
		for (const spelled of spellings(names)) {
			const [folder, name] = [spelled.slice(0, -1).join('/'), spelled.at(-1)];
			if (name === undefined) return undefined;
			const row = this.#file.get(root, Buffer.from(folder), Buffer.from(name));
			if (row !== undefined) return (row as { id: string }).id;
		}
		return undefined;
	}

	hasFolder({ root, names }: MediaPlace): boolean {
		const sql = 'SELECT 1 FROM library_folders WHERE root_id = ? AND path = ? AND absent_ms IS NULL';
		return (
			this.#has(root) &&
			spellings(names).some((one) => this.#db.sqlite.prepare(sql).get(root, Buffer.from(one.join('/'))) !== undefined)
		);
	}

	/** Where files of this name lie; the first hundred. */
	called(name: string): MediaPlace[] {
		const sql = `SELECT f.root_id AS root, f.path, m.raw_name AS rawName FROM ${JOINED}
			WHERE m.raw_name IN (?, ?, ?) AND ${THERE} LIMIT 100`;
		const names = [name, name.normalize('NFC'), name.normalize('NFD')].map((one) => Buffer.from(one));
		const rows = this.#db.sqlite.prepare(sql).all(...names) as { root: string; path: Buffer; rawName: Buffer }[];
		return rows
			.filter(({ root }) => this.#has(root))
			.map(({ root, path, rawName }) => ({
				root,
				names: [...(path.length === 0 ? [] : path.toString().split('/')), rawName.toString()],
			}));
	}

	/** For the person: "Films / TV". */
	inWords({ root, names }: MediaPlace): string {
		const row = this.#db.sqlite.prepare('SELECT name FROM library_folders WHERE id = ?').get(root);
		return [(row as { name: string } | undefined)?.name ?? '', ...names].join(' / ');
	}

	#has = (root: string): boolean => this.#roots.some(({ id }) => id === root);
}

function spellings(names: readonly string[]): readonly (readonly string[])[] {
	const forms = ['NFC', 'NFD'].map((form) => names.map((name) => name.normalize(form)));
	return [names, ...forms.filter((form) => form.some((name, n) => name !== names[n]))];
}
