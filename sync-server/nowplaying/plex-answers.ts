import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { err, ok, type Result } from '#core/result';
import type { Answer } from './ask.ts';
import type { SourceFault } from './source-fault.ts';
import { exact, lenient, listOf, numeric, told, truth } from './told-values.ts';

/** Shapes of Plex, with what we read of them; in JSON and XML they differ in how values are written only. */

const Stream = z.object({
	id: exact,
	streamType: numeric,
	index: lenient(numeric),
	codec: lenient(told),
	languageCode: lenient(told),
	languageTag: lenient(told),
	displayTitle: lenient(told),
	extendedDisplayTitle: lenient(told),
	title: lenient(told),
	language: lenient(told),
	forced: lenient(truth),
	selected: lenient(truth),
	key: lenient(exact),
});
export type PlexStream = z.infer<typeof Stream>;

const Part = z.object({
	id: lenient(exact),
	key: lenient(exact),
	file: lenient(exact),
	duration: lenient(numeric),
	selected: lenient(truth),
	decision: lenient(exact),
	Stream: lenient(listOf(Stream)),
});
export type PlexPart = z.infer<typeof Part>;

const Media = z.object({
	id: lenient(exact),
	duration: lenient(numeric),
	selected: lenient(truth),
	Part: lenient(listOf(Part)),
});
export type PlexMedia = z.infer<typeof Media>;

export const PlexItem = z.object({
	ratingKey: exact,
	type: exact,
	title: lenient(told),
	grandparentTitle: lenient(told),
	parentTitle: lenient(told),
	parentIndex: lenient(numeric),
	index: lenient(numeric),
	year: lenient(numeric),
	duration: lenient(numeric),
	viewOffset: lenient(numeric),
	live: lenient(truth),
	guid: lenient(exact),
	librarySectionID: lenient(numeric),
	sessionKey: lenient(exact),
	thumb: lenient(exact),
	parentThumb: lenient(exact),
	grandparentThumb: lenient(exact),
	art: lenient(exact),
	updatedAt: lenient(exact),
	Media: lenient(listOf(Media)),
	User: lenient(z.object({ title: lenient(told) })),
	Player: lenient(z.object({ state: lenient(exact), title: lenient(told), product: lenient(told) })),
	Session: lenient(z.object({ id: lenient(exact) })),
	TranscodeSession: lenient(z.object({ videoDecision: lenient(exact) })),
});
export type PlexItem = z.infer<typeof PlexItem>;

export const PlexIdentity = z.object({ machineIdentifier: z.string().min(1), version: exact });
export const PlexAbout = z.object({ friendlyName: lenient(told), version: exact });

/** `size` is always there: what has neither it nor a list is something else. */
export const PlexItems = z
	.object({ size: lenient(numeric), Metadata: z.array(z.unknown()).optional() })
	.refine(({ size, Metadata }) => size !== undefined || Metadata !== undefined);

export const PlexSections = z.object({
	Directory: z
		.array(
			z.object({
				key: exact,
				type: exact,
				title: told,
				Location: lenient(listOf(z.object({ path: exact }))),
			}),
		)
		.default([]),
});

const LISTS = new Set(['Video', 'Track', 'Photo', 'Metadata', 'Media', 'Part', 'Stream', 'Directory', 'Location']);
const parser = new XMLParser({
	ignoreAttributes: false,
	attributeNamePrefix: '',
	// "007" is an id.
	parseAttributeValue: false,
	parseTagValue: false,
	// Without it `&#39;` stays as it is.
	htmlEntities: true,
	processEntities: { enabled: true, maxTotalExpansions: 1e6, maxExpandedLength: 1e8 },
	isArray: (name) => LISTS.has(name),
});
const Root = z.object({
	MediaContainer: z.union([z.record(z.string(), z.unknown()), z.literal('').transform(() => ({}))]),
});

/** What stands in the container of an answer, in JSON or in XML. */
export function readContainer<T>({ body }: Answer, schema: z.ZodType<T>): Result<T, SourceFault> {
	const text = body
		.toString('utf8')
		.replace(/^\uFEFF/, '')
		.trimStart();
	const root = Root.safeParse(text.startsWith('<') ? fromXml(text) : fromJson(text));
	const read = root.success ? schema.safeParse(root.data.MediaContainer) : undefined;
	return read?.success === true ? ok(read.data) : err({ problem: 'bad-answer' });
}

/** Undefined: it is none. */
export function fromJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}

/** Ten times what 500 sessions take; more would hold up the whole server while it is read. In characters. */
const LONGEST_XML = 8e6;
/** The parser takes what ends in the middle for whole. */
const WHOLE = /(<\/MediaContainer>|^(<\?[^>]*\?>)?\s*<MediaContainer\b[^<>]*\/>)\s*$/;

function fromXml(text: string): unknown {
	// Media servers send no document types; who sends one wants to have entities of his own opened.
	if (text.length > LONGEST_XML || /<!DOCTYPE/i.test(text) || !WHOLE.test(text)) return undefined;
	try {
		const { MediaContainer: container } = parser.parse(text) as { MediaContainer?: Record<string, unknown> | '' };
		if (typeof container !== 'object') return { MediaContainer: container };
		const lists = ['Video', 'Track', 'Photo'].flatMap((name) => (container[name] as unknown[] | undefined) ?? []);
		return { MediaContainer: lists.length === 0 ? container : { ...container, Metadata: lists } };
	} catch (thrown) {
		if (thrown instanceof Error) return undefined;
		throw thrown;
	}
}
