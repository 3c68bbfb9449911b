import type * as Y from 'yjs';
import type * as z from 'zod';
import { byOrder, type Ordered } from './segment-order.ts';

/** An entry of a document that does not parse: it stays in the document and out of what is read. */
export interface SetAside {
	readonly where: string;
	readonly why: string;
}

/** The shared maps of a document by their names. */
export const namedMaps = <T extends object>(doc: Y.Doc, names: readonly (keyof T & string)[]): T =>
	Object.fromEntries(names.map((name) => [name, doc.getMap(name)])) as T;

/** Parses what documents hold; remembers and reports what does not parse. */
export class EntryParser {
	#noun: string;
	#aside = new Map<string, string>();

	/** `noun` names the document in the report: "project". */
	constructor(noun: string) {
		this.#noun = noun;
	}

	get aside(): readonly SetAside[] {
		return [...this.#aside].map(([where, why]) => ({ where, why }));
	}

	parse<T>(where: string, schema: z.ZodType<T>, value: unknown): T | undefined {
		const parsed = schema.safeParse(value);
		if (parsed.success) {
			this.#aside.delete(where);
			return parsed.data;
		}
		if (!this.#aside.has(where)) {
			console.warn(`Octocut set ${where} of the ${this.#noun} aside: ${parsed.error.message}`);
		}
		this.#aside.set(where, parsed.error.message);
		return undefined;
	}
}

/** The values of `map` through `schema`, by their keys. */
export function readRecord<T>(
	parser: EntryParser,
	where: string,
	map: Y.Map<unknown>,
	keys: z.ZodType<string>,
	schema: z.ZodType<T>,
): Record<string, T> {
	const entries = [...map].flatMap(([key, value]): [string, T][] => {
		if (parser.parse(`${where}/${key}`, keys, key) === undefined) return [];
		const parsed = parser.parse(`${where}/${key}`, schema, plain(value));
		return parsed === undefined ? [] : [[key, parsed]];
	});
	return Object.fromEntries(entries);
}

/** Settings kept field by field: what is absent or does not parse is as in `defaults`. */
export function readSettings<T extends object>(
	parser: EntryParser,
	where: string,
	map: Y.Map<unknown>,
	schema: z.ZodType<T>,
	defaults: T,
): T {
	const kept = map.toJSON();
	const whole = schema.safeParse({ ...defaults, ...kept });
	if (whole.success) return whole.data;
	const good = Object.entries(kept).filter(
		([key, value]) => parser.parse(`${where}/${key}`, schema, { ...defaults, [key]: value as unknown }) !== undefined,
	);
	return { ...defaults, ...Object.fromEntries(good) };
}

/**
 * A list of entries, each a Y.Map of its own. Entries that did not change keep their identity between readings, and so does the list
 * when none did, so that views can compare them cheaply.
 */
export class EntryList<T extends { readonly id: string }> {
	#where: string;
	#map: Y.Map<Y.Map<unknown>>;
	#schema: z.ZodType<T>;
	#parser: EntryParser;
	#compare: (a: T, b: T) => number;
	#entries = new Map<string, T>();
	#list: readonly T[] | undefined;

	constructor(
		where: string,
		map: Y.Map<Y.Map<unknown>>,
		schema: z.ZodType<T>,
		parser: EntryParser,
		compare: (a: T, b: T) => number,
	) {
		this.#where = where;
		this.#map = map;
		this.#schema = schema;
		this.#parser = parser;
		this.#compare = compare;
		map.observeDeep((events) => {
			this.#list = undefined;
			for (const event of events) {
				const changed = event.path.length === 0 ? event.keys.keys() : [String(event.path[0])];
				for (const id of changed) this.#entries.delete(id);
			}
		});
	}

	read(): readonly T[] {
		if (this.#list !== undefined) return this.#list;
		const list: T[] = [];
		for (const [id, map] of this.#map) {
			const entry = this.#entries.get(id) ?? this.#parse(id, map);
			if (entry === undefined) continue;
			this.#entries.set(id, entry);
			list.push(entry);
		}
		this.#list = list.sort(this.#compare);
		return this.#list;
	}

	#parse(id: string, map: unknown): T | undefined {
		return this.#parser.parse(`${this.#where}/${id}`, this.#schema, { ...asObject(plain(map)), id });
	}
}

/** Entries in the order that people gave them. */
export const orderedList = <T extends Ordered>(
	where: string,
	map: Y.Map<Y.Map<unknown>>,
	schema: z.ZodType<T>,
	parser: EntryParser,
): EntryList<T> => new EntryList(where, map, schema, parser, byOrder);

/** Calls nothing but remembers: true once after each change of one of `maps`, and at first. */
export function changeFlag(...maps: readonly Y.Map<unknown>[]): () => boolean {
	let changed = true;
	for (const map of maps) map.observeDeep(() => (changed = true));
	return () => {
		const was = changed;
		changed = false;
		return was;
	};
}

function plain(value: unknown): unknown {
	if (!(value instanceof Object && 'toJSON' in value)) return value;
	try {
		return (value as Y.Map<unknown>).toJSON();
	} catch (thrown) {
		// Another device may have put maps in maps, deeper than any stack: no entry of ours, and set aside like others.
		if (thrown instanceof RangeError) return undefined;
		throw thrown;
	}
}

const asObject = (value: unknown): object => (value instanceof Object ? value : {});
