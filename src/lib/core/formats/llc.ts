import JSON5 from 'json5';
import * as z from 'zod';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

const LlcSegment = z.looseObject({
	start: z.number().nonnegative().optional(),
	end: z.number().nonnegative().optional(),
	name: z.string().optional(),
	tags: z.record(z.string(), z.unknown()).optional(),
	selected: z.boolean().optional(),
});
const LlcProject = z.looseObject({
	version: z.number(),
	mediaFileName: z.string().optional(),
	cutSegments: z.array(z.unknown()),
});

/**
 * Reads a LosslessCut project (`.llc`, JSON5; versions 1 and 2). Fields that it does not know are ignored; a segment that does not parse
 * is reported by its number and left out.
 */
export function readLlc(text: string): Imported {
	const parsed = LlcProject.safeParse(parseJson5(text));
	if (!parsed.success) return { spans: [], skipped: [{ line: 0, reason: 'this is not a LosslessCut project' }] };
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	if (parsed.data.version > 2)
		skipped.push({ line: 0, reason: `version ${parsed.data.version} is newer than 2: what is known was read` });
	parsed.data.cutSegments.forEach((raw, i) => {
		const segment = LlcSegment.safeParse(raw);
		if (!segment.success) {
			skipped.push({ line: 0, reason: `segment ${i + 1} cannot be read` });
			return;
		}
		const { start: inS = 0, end, name = '', tags = {}, selected } = segment.data;
		if (end !== undefined && end <= inS) {
			skipped.push({ line: 0, reason: `segment ${i + 1} ends before it starts` });
			return;
		}
		const tagList = Object.entries(tags).map(([key, value]) =>
			value === '' || value === true ? key : `${key}: ${String(value)}`,
		);
		spans.push({
			inS,
			...(end === undefined ? {} : { outS: end }),
			name,
			...(tagList.length > 0 ? { tags: tagList } : {}),
			...(selected === undefined ? {} : { selected }),
		});
	});
	return { spans, skipped };
}

function parseJson5(text: string): unknown {
	try {
		return JSON5.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}

/** A LosslessCut project (version 2) for the file `mediaFileName`. */
export function writeLlc(spans: readonly (ListedSpan & { readonly outS: number })[], mediaFileName: string): string {
	const cutSegments = spans.map(({ inS, outS, name, tags = [], selected = true }) => ({
		start: inS,
		end: outS,
		name,
		tags: Object.fromEntries(
			tags
				.map((tag) => tag.split(/:\s*(.*)/su) as [string, string | undefined])
				.map(([key, value = '']) => [key, value]),
		),
		selected,
	}));
	return JSON5.stringify({ version: 2, mediaFileName, cutSegments }, { space: 2, quote: "'" }) + '\n';
}
