import * as z from 'zod';
import { toNumber, type Rational } from '../time/rational.ts';
import type { ClosedSpan, Imported, ListedSpan, Remark } from './imported.ts';
import { unreadable } from './imported.ts';
import { parseJson } from './json-text.ts';
import { bareName } from './quoted-names.ts';

const RationalTime = z.looseObject({ rate: z.number().positive(), value: z.number() });
const TimeRange = z.looseObject({ start_time: RationalTime, duration: RationalTime });
const MediaReference = z.looseObject({
	target_url: z.string().nullish(),
	available_range: TimeRange.nullish().catch(null),
});
const Item = z.looseObject({
	OTIO_SCHEMA: z.string(),
	name: z.string().nullish().catch(''),
	kind: z.string().nullish().catch(null),
	enabled: z.boolean().nullish().catch(null),
	source_range: TimeRange.nullish().catch(null),
	media_reference: MediaReference.nullish().catch(null),
	media_references: z.record(z.string(), MediaReference).nullish().catch(null),
	active_media_reference_key: z.string().nullish().catch(null),
	tracks: z.unknown().optional(),
	children: z.array(z.unknown()).nullish().catch(null),
});
type Item = z.infer<typeof Item>;

/** Half of a character, which no URL can hold. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Deeper than any cut is nested. */
const MAX_DEPTH = 64;

/**
 * Reads the clips on video tracks of an OpenTimelineIO timeline (`.otio`, JSON) in order, as spans of their media, counted from the start
 * of each (media that begins at a timecode, as `available_range` tells, is counted from there). Gaps and transitions are passed over silently;
 * clips that do not tell their part, and ones switched off, are reported.
 */
export function readOtio(text: string): Imported {
	const value = parseJson(text);
	if (!Item.safeParse(value).success) return unreadable('this is not an OpenTimelineIO file that can be read');
	const found: Found = { spans: [], skipped: [], notes: [] };
	collect(value, found, 0);
	if (found.spans.length === 0 && found.skipped.length === 0) return unreadable('no clip was found');
	return found;
}

interface Found {
	readonly spans: ListedSpan[];
	readonly skipped: Remark[];
	readonly notes: Remark[];
}

function collect(value: unknown, found: Found, depth: number): void {
	if (value === null || value === undefined) return;
	const parsed = Item.safeParse(value);
	if (!parsed.success || depth > MAX_DEPTH) {
		const why = parsed.success ? 'a part is nested too deeply' : 'a part cannot be read';
		found.skipped.push({ line: 0, reason: why });
		return;
	}
	const item = parsed.data;
	if (item.OTIO_SCHEMA.startsWith('Track.') && item.kind === 'Audio') return;
	if (item.OTIO_SCHEMA.startsWith('Clip.')) {
		const clip = spanOf(item);
		if (typeof clip !== 'string') found.spans.push(clip);
		else found.skipped.push({ line: 0, reason: `the clip “${(item.name ?? '').slice(0, 60)}” ${clip}` });
		return;
	}
	collect(item.tracks, found, depth + 1);
	for (const child of item.children ?? []) collect(child, found, depth + 1);
}

function spanOf(item: Item): ListedSpan | string {
	if (item.enabled === false) return 'is switched off';
	const media = item.media_references?.[item.active_media_reference_key ?? 'DEFAULT_MEDIA'] ?? item.media_reference;
	const range = item.source_range ?? media?.available_range;
	if (!range) return 'does not say which part of its media it shows';
	const { start_time: start, duration } = range;
	const firstS = media?.available_range ? seconds(media.available_range.start_time) : 0;
	const inS = seconds(start) - firstS;
	const outS = inS + seconds(duration);
	if (!(outS > inS)) return 'is empty';
	const url = media?.target_url ?? '';
	return { inS, outS, name: item.name ?? '', ...(url === '' ? {} : { mediaName: bareName(url) }) };
}

const seconds = ({ value, rate }: z.infer<typeof RationalTime>): number => value / rate;

/** An OpenTimelineIO timeline with one video track of the spans in order, each on its file or `mediaName`, times counted at `fps`. */
export function writeOtio(spans: readonly ClosedSpan[], title: string, mediaName: string, fps: Rational): string {
	const rate = toNumber(fps);
	const time = (timeS: number) => ({
		OTIO_SCHEMA: 'RationalTime.1',
		rate,
		value: Number((timeS * rate).toFixed(6)),
	});
	const plain = { effects: [], markers: [], enabled: true, metadata: {} };
	const children = spans.map((span) => ({
		OTIO_SCHEMA: 'Clip.2',
		name: span.name,
		source_range: {
			OTIO_SCHEMA: 'TimeRange.1',
			start_time: time(span.inS),
			duration: time(span.outS - span.inS),
		},
		media_references: {
			DEFAULT_MEDIA: {
				OTIO_SCHEMA: 'ExternalReference.1',
				name: span.mediaName ?? mediaName,
				target_url: encodeURIComponent((span.mediaName ?? mediaName).replace(LONE_SURROGATE, '_')),
				available_range: null,
				metadata: {},
			},
		},
		active_media_reference_key: 'DEFAULT_MEDIA',
		...plain,
	}));
	const track = { OTIO_SCHEMA: 'Track.1', name: 'Video', kind: 'Video', source_range: null, children, ...plain };
	const stack = { OTIO_SCHEMA: 'Stack.1', name: 'tracks', source_range: null, children: [track], ...plain };
	const timeline = { OTIO_SCHEMA: 'Timeline.1', name: title, global_start_time: null, tracks: stack, metadata: {} };
	return `${JSON.stringify(timeline, null, 2)}\n`;
}
