import * as z from 'zod';
import { toNumber, type Rational } from '../rational.ts';
import type { Imported, ListedSpan, Skipped } from './imported.ts';

const RationalTime = z.looseObject({ rate: z.number().positive(), value: z.number() });
const TimeRange = z.looseObject({ start_time: RationalTime, duration: RationalTime });
const Node: z.ZodType<OtioNode> = z.looseObject({
	OTIO_SCHEMA: z.string(),
	name: z.string().nullish(),
	kind: z.string().nullish(),
	source_range: TimeRange.nullish(),
	tracks: z.lazy(() => Node).nullish(),
	children: z.array(z.lazy(() => Node)).nullish(),
});
interface OtioNode {
	OTIO_SCHEMA: string;
	name?: string | null | undefined;
	kind?: string | null | undefined;
	source_range?: z.infer<typeof TimeRange> | null | undefined;
	tracks?: OtioNode | null | undefined;
	children?: OtioNode[] | null | undefined;
}

/**
 * Reads the clips on video tracks of an OpenTimelineIO timeline (`.otio`, JSON) in order, as spans of their media. Gaps and transitions
 * are passed over silently; clips without a source range are reported.
 */
export function readOtio(text: string): Imported {
	const parsed = Node.safeParse(parseJson(text));
	if (!parsed.success) return { spans: [], skipped: [{ line: 0, reason: 'this is not an OpenTimelineIO file' }] };
	const spans: ListedSpan[] = [];
	const skipped: Skipped[] = [];
	collect(parsed.data, spans, skipped);
	if (spans.length === 0 && skipped.length === 0) skipped.push({ line: 0, reason: 'no clip was found' });
	return { spans, skipped };
}

function collect(node: OtioNode, spans: ListedSpan[], skipped: Skipped[]): void {
	if (node.OTIO_SCHEMA.startsWith('Track.') && node.kind === 'Audio') return;
	if (node.OTIO_SCHEMA.startsWith('Clip.')) {
		const called = node.name ?? '';
		if (!node.source_range) {
			skipped.push({ line: 0, reason: `the clip “${called}” does not say which part of its media it shows` });
			return;
		}
		const { start_time: start, duration } = node.source_range;
		const inS = start.value / start.rate;
		const outS = inS + duration.value / duration.rate;
		if (outS <= inS) skipped.push({ line: 0, reason: `the clip “${called}” is empty` });
		else spans.push({ inS, outS, name: called });
		return;
	}
	if (node.tracks) collect(node.tracks, spans, skipped);
	for (const child of node.children ?? []) collect(child, spans, skipped);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}

/** An OpenTimelineIO timeline with one video track of the spans in order, on the file `mediaFileName`, times counted at `fps`. */
export function writeOtio(
	spans: readonly (ListedSpan & { readonly outS: number })[],
	mediaFileName: string,
	fps: Rational,
): string {
	const rate = toNumber(fps);
	const time = (seconds: number) => ({
		OTIO_SCHEMA: 'RationalTime.1',
		rate,
		value: Number((seconds * rate).toFixed(6)),
	});
	const children = spans.map(({ inS, outS, name }) => ({
		OTIO_SCHEMA: 'Clip.2',
		name,
		source_range: { OTIO_SCHEMA: 'TimeRange.1', start_time: time(inS), duration: time(outS - inS) },
		media_references: {
			DEFAULT_MEDIA: {
				OTIO_SCHEMA: 'ExternalReference.1',
				target_url: encodeURI(mediaFileName),
				available_range: null,
				metadata: {},
			},
		},
		active_media_reference_key: 'DEFAULT_MEDIA',
		effects: [],
		markers: [],
		enabled: true,
		metadata: {},
	}));
	const track = {
		OTIO_SCHEMA: 'Track.1',
		name: 'Video',
		kind: 'Video',
		source_range: null,
		children,
		effects: [],
		markers: [],
		enabled: true,
		metadata: {},
	};
	const stack = {
		OTIO_SCHEMA: 'Stack.1',
		name: 'tracks',
		source_range: null,
		children: [track],
		effects: [],
		markers: [],
		enabled: true,
		metadata: {},
	};
	return `${JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', name: mediaFileName, global_start_time: null, tracks: stack, metadata: {} }, null, 2)}\n`;
}
