import type * as Y from 'yjs';
import { CropState } from '#core/crop';
import { Fingerprint } from '#core/fingerprint';
import { Segment, type Project } from '#core/project';
import * as z from 'zod';
import { byOrder } from './segment-order.ts';

/** Version of the document's shape that this app reads and writes. */
export const SCHEMA_VERSION = 1;

const MediaEntry = z.object({ name: z.string() }).readonly();

/** The shared types of a project document. `meta` stays out of undo. */
export interface ProjectMaps {
	readonly meta: Y.Map<unknown>;
	readonly project: Y.Map<unknown>;
	readonly media: Y.Map<unknown>;
	readonly crops: Y.Map<unknown>;
	readonly segments: Y.Map<Y.Map<unknown>>;
}

export const mapsOf = (doc: Y.Doc): ProjectMaps => ({
	meta: doc.getMap('meta'),
	project: doc.getMap('project'),
	media: doc.getMap('media'),
	crops: doc.getMap('crops'),
	segments: doc.getMap('segments'),
});

export const DEFAULT_PROJECT_NAME = 'My project';

/** An entry of the document that does not parse: it stays in the document and out of the project. */
export interface SetAside {
	readonly where: string;
	readonly why: string;
}

/**
 * Reads a project document through the domain's schemas. Segments that did not change keep their identity between readings, so that
 * lists can compare them cheaply.
 */
export class ProjectReader {
	#id: string;
	#maps: ProjectMaps;
	#segments = new Map<string, Segment>();
	#aside = new Map<string, string>();

	constructor(id: string, maps: ProjectMaps) {
		this.#id = id;
		this.#maps = maps;
		maps.segments.observeDeep((events) => {
			for (const event of events) {
				const changed = event.path.length === 0 ? event.keys.keys() : [String(event.path[0])];
				for (const segment of changed) this.#segments.delete(segment);
			}
		});
	}

	get aside(): readonly SetAside[] {
		return [...this.#aside].map(([where, why]) => ({ where, why }));
	}

	read(): Project {
		const { project, media, crops } = this.#maps;
		const name = project.get('name');
		return {
			id: this.#id,
			schemaVersion: SCHEMA_VERSION,
			name: typeof name === 'string' ? name : DEFAULT_PROJECT_NAME,
			media: this.#record('media', media, MediaEntry),
			crops: this.#record('crops', crops, CropState),
			segments: this.#readSegments(),
		};
	}

	#readSegments(): Segment[] {
		const segments: Segment[] = [];
		for (const [id, map] of this.#maps.segments) {
			const segment = this.#segments.get(id) ?? this.#parse(`segments/${id}`, Segment, { ...asObject(map), id });
			if (segment === undefined) continue;
			this.#segments.set(id, segment);
			segments.push(segment);
		}
		return segments.sort(byOrder);
	}

	#record<T>(where: string, map: Y.Map<unknown>, schema: z.ZodType<T>): Record<Fingerprint, T> {
		const entries = [...map].flatMap(([key, value]): [Fingerprint, T][] => {
			const media = this.#parse(`${where}/${key}`, Fingerprint, key);
			const parsed = media === undefined ? undefined : this.#parse(`${where}/${key}`, schema, value);
			return parsed === undefined ? [] : [[key, parsed]];
		});
		return Object.fromEntries(entries);
	}

	#parse<T>(where: string, schema: z.ZodType<T>, value: unknown): T | undefined {
		const parsed = schema.safeParse(value);
		if (parsed.success) {
			this.#aside.delete(where);
			return parsed.data;
		}
		if (!this.#aside.has(where)) {
			console.warn(`Octocut set ${where} of the project aside: ${parsed.error.message}`);
		}
		this.#aside.set(where, parsed.error.message);
		return undefined;
	}
}

const asObject = (value: unknown): object => {
	const plain: unknown = value instanceof Object && 'toJSON' in value ? (value as Y.Map<unknown>).toJSON() : value;
	return plain instanceof Object ? plain : {};
};
