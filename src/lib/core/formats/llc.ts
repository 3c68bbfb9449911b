import JSON5 from 'json5';
import * as z from 'zod';
import type { ClosedSpan, Imported, ListedSpan, Remark } from './imported.ts';
import { unreadable } from './imported.ts';
import { parseJson } from './json-text.ts';
import { bareName, quoteList } from './quoted-names.ts';

const LlcSegment = z.looseObject({
	start: z.number().nonnegative().nullish(),
	end: z.number().nonnegative().nullish(),
	name: z.string().nullish(),
	tags: z.record(z.string(), z.unknown()).nullish(),
	selected: z.boolean().nullish(),
	color: z.unknown().optional(),
});
const LlcProject = z.looseObject({
	version: z.number(),
	mediaFileName: z.string().nullish(),
	cutSegments: z.array(z.unknown()),
});

/**
 * Reads a LosslessCut project (`.llc`, JSON5; versions 1 and 2). Fields that it does not know are ignored with a note; a segment that
 * does not parse is reported by its number and left out.
 */
export function readLlc(text: string): Imported {
	const parsed = LlcProject.safeParse(parseJson(text) ?? parseJson(text, (json5) => JSON5.parse(json5)));
	if (!parsed.success) return unreadable('this is not a LosslessCut project that can be read');
	const { version, mediaFileName, cutSegments } = parsed.data;
	const spans: ListedSpan[] = [];
	const [skipped, notes]: [Remark[], Remark[]] = [[], []];
	if (version > 2)
		notes.push({
			line: 0,
			reason: `it was written by a newer LosslessCut (version ${version} of the format, 2 is known): what is known was read`,
		});
	const unknown = new Set(unknownKeys(parsed.data, LlcProject));
	cutSegments.forEach((raw, i) => {
		const segment = LlcSegment.safeParse(raw);
		if (!segment.success) {
			skipped.push({ line: 0, reason: `segment ${i + 1}: ${whatIsWrong(segment.error)}` });
			return;
		}
		for (const key of unknownKeys(segment.data, LlcSegment)) unknown.add(key);
		const [inS, end] = [segment.data.start ?? 0, segment.data.end];
		if (end != null && end <= inS)
			skipped.push({ line: 0, reason: `segment ${i + 1}: its end (${end}) is not after its start (${inS})` });
		else spans.push(spanOf(segment.data, inS, mediaFileName));
	});
	if (unknown.size > 0)
		notes.push({ line: 0, reason: `fields that are not known here were left out: ${quoteList([...unknown])}` });
	return { spans, skipped, notes };
}

function spanOf(
	segment: z.infer<typeof LlcSegment>,
	inS: number,
	mediaFileName: string | null | undefined,
): ListedSpan {
	const { end, name, selected } = segment;
	const tags = Object.entries(segment.tags ?? {}).map(([key, value]) => {
		const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
		return words === '' || words === 'true' ? key : `${key}: ${words}`;
	});
	return {
		inS,
		...(end == null ? {} : { outS: end }),
		name: name ?? '',
		...(tags.length > 0 ? { tags } : {}),
		...(selected == null ? {} : { selected }),
		...(mediaFileName == null ? {} : { mediaName: bareName(mediaFileName) }),
	};
}

const unknownKeys = (value: object, { shape }: z.ZodObject): string[] =>
	Object.keys(value).filter((key) => !(key in shape));

function whatIsWrong(error: z.ZodError): string {
	const issue = error.issues[0];
	const where = issue?.path.join('.') ?? '';
	return where === '' ? 'it cannot be read' : `its ${where} cannot be read`;
}

/** A LosslessCut project (version 2) for the file `mediaFileName`. A tag “key: value” becomes a field of its own. */
export function writeLlc(spans: readonly ClosedSpan[], mediaFileName: string): string {
	const cutSegments = spans.map(({ inS, outS, name, tags = [], selected = true }) => ({
		start: inS,
		end: outS,
		name,
		...(tags.length > 0 ? { tags: Object.fromEntries(tags.map(tagEntry)) } : {}),
		selected,
	}));
	return `${JSON5.stringify({ version: 2, mediaFileName, cutSegments }, { space: 2, quote: "'" })}\n`;
}

function tagEntry(tag: string): [string, string] {
	const colon = tag.indexOf(': ');
	return colon === -1 ? [tag, ''] : [tag.slice(0, colon), tag.slice(colon + 2)];
}
