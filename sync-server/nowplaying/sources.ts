import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import * as z from 'zod';
import { PathMapping, type Source, type SourceKind } from '#contract/sources';
import { err, ok, type Result } from '#core/result';
import type { Seal } from '../auth/seal.ts';
import type { MediaServerAccess } from '../config.ts';
import type { Database } from '../db/open-database.ts';
import { sources } from './tables.ts';

/** A media server, as rooms of ours know it. */
export interface KnownSource {
	readonly id: string;
	readonly kind: SourceKind;
	readonly from: Source['from'];
	/** The person's own name for it. */
	readonly label: string | undefined;
	/** Secret. Undefined: what was kept cannot be opened any more. */
	readonly access: MediaServerAccess | undefined;
	readonly mappings: readonly PathMapping[];
}

export interface SourceChange {
	readonly address?: string | undefined;
	readonly secret?: string | undefined;
	readonly label?: string | null | undefined;
}

type Row = typeof sources.$inferSelect;

const Sealed = z.object({ address: z.string(), secret: z.string() });
const Mappings = z.array(PathMapping);
const Paths = z.array(z.string());
const UNMATCHED = 50;

/** The media servers of the environment and those added in Settings, with what is kept of both. Addresses and secrets lie sealed. */
export class Sources {
	readonly #db: Database;
	readonly #seal: Seal;
	readonly #environment: readonly MediaServerAccess[];
	readonly #known = new Map<string, KnownSource>();

	constructor(db: Database, seal: Seal, environment: readonly MediaServerAccess[]) {
		this.#db = db;
		this.#seal = seal;
		this.#environment = environment;
		for (const access of environment) this.#ensureRow(access.kind);
		for (const row of db.orm.select().from(sources).orderBy(sources.createdAt).all()) {
			const known = this.#open(row);
			if (known !== undefined) this.#known.set(known.id, known);
		}
	}

	/** Those of the environment first. */
	all(): readonly KnownSource[] {
		const known = [...this.#known.values()];
		return [...known.filter(({ from }) => from === 'environment'), ...known.filter(({ from }) => from === 'settings')];
	}

	get(id: string): KnownSource | undefined {
		return this.#known.get(id);
	}

	add(access: MediaServerAccess, label: string | undefined): Result<KnownSource, 'known'> {
		if (this.#isTaken(access)) return err('known');
		const id = `s-${randomBytes(6).toString('hex')}`;
		const row: Row = {
			...{ id, kind: access.kind, from: 'settings', label: label ?? null, sealed: this.#close(id, access) },
			...{ mappings: '[]', unmatched: '[]', createdAt: Date.now() },
		};
		this.#db.orm.insert(sources).values(row).run();
		return ok(this.#keep(row));
	}

	/** Of those of the environment only the name can be changed. */
	change(id: string, change: SourceChange): Result<KnownSource, 'missing' | 'environment' | 'known' | 'sealed'> {
		const [known, row] = [this.#known.get(id), this.#row(id)];
		if (known === undefined || row === undefined) return err('missing');
		const label = change.label === undefined ? row.label : change.label;
		if (change.address === undefined && change.secret === undefined) return ok(this.#update({ ...row, label }));
		if (known.from === 'environment') return err('environment');
		const [address, secret] = [change.address ?? known.access?.address, change.secret ?? known.access?.secret];
		if (address === undefined || secret === undefined) return err('sealed');
		const access = { kind: known.kind, address, secret };
		if (this.#isTaken(access, id)) return err('known');
		return ok(this.#update({ ...row, label, sealed: this.#close(id, access) }));
	}

	remove(id: string): Result<void, 'missing' | 'environment'> {
		const known = this.#known.get(id);
		if (known === undefined) return err('missing');
		if (known.from === 'environment') return err('environment');
		this.#db.orm.delete(sources).where(eq(sources.id, id)).run();
		this.#known.delete(id);
		return ok(undefined);
	}

	setMappings(id: string, mappings: readonly PathMapping[]): void {
		const row = this.#row(id);
		if (row !== undefined) this.#update({ ...row, mappings: JSON.stringify(mappings) });
	}

	/** Paths of things that played and were not found, newest first. */
	unmatched(id: string): readonly string[] {
		return read(Paths, this.#row(id)?.unmatched) ?? [];
	}

	noteUnmatched(id: string, paths: readonly string[]): void {
		const row = this.#row(id);
		const known = this.unmatched(id);
		const fresh = paths.filter((path) => !known.includes(path));
		if (row === undefined || fresh.length === 0) return;
		this.#update({ ...row, unmatched: JSON.stringify([...fresh, ...known].slice(0, UNMATCHED)) });
	}

	forgetUnmatched(id: string, found: (path: string) => boolean): void {
		const [row, known] = [this.#row(id), this.unmatched(id)];
		const left = known.filter((path) => !found(path));
		if (row !== undefined && left.length < known.length) this.#update({ ...row, unmatched: JSON.stringify(left) });
	}

	#isTaken({ kind, address }: MediaServerAccess, but?: string): boolean {
		return this.all().some((one) => one.id !== but && one.kind === kind && one.access?.address === address);
	}

	#row(id: string): Row | undefined {
		return this.#db.orm.select().from(sources).where(eq(sources.id, id)).get();
	}

	#ensureRow(kind: SourceKind): void {
		const row: Row = {
			...{ id: kind, kind, from: 'environment', label: null, sealed: null, mappings: '[]', unmatched: '[]' },
			createdAt: Date.now(),
		};
		this.#db.orm.insert(sources).values(row).onConflictDoNothing().run();
	}

	#update(row: Row): KnownSource {
		this.#db.orm.update(sources).set(row).where(eq(sources.id, row.id)).run();
		return this.#keep(row);
	}

	#keep(row: Row): KnownSource {
		const known = this.#open(row);
		if (known === undefined) throw new Error('a source of the environment is kept that is not in it');
		this.#known.set(row.id, known);
		return known;
	}

	/** Undefined: it was in the environment once; what is kept of it comes back with it. */
	#open(row: Row): KnownSource | undefined {
		const own = row.from === 'environment' ? this.#environment.find(({ kind }) => kind === row.kind) : undefined;
		if (row.from === 'environment' && own === undefined) return undefined;
		const opened = row.sealed === null ? undefined : this.#seal.open(row.sealed, ownerOf(row.id));
		const kept = read(Sealed, opened);
		return {
			...{ id: row.id, kind: row.kind, from: row.from, label: row.label ?? undefined },
			access: own ?? (kept === undefined ? undefined : { kind: row.kind, ...kept }),
			mappings: read(Mappings, row.mappings) ?? [],
		};
	}

	#close(id: string, { address, secret }: MediaServerAccess): string {
		return this.#seal.close(JSON.stringify({ address, secret }), ownerOf(id));
	}
}

const ownerOf = (id: string): string => `source ${id}`;

function read<T>(schema: z.ZodType<T>, json: string | undefined): T | undefined {
	const read = json === undefined ? undefined : schema.safeParse(JSON.parse(json));
	return read?.success === true ? read.data : undefined;
}
