import { encodeSeries, wishesIn, withoutSpan, type CameraPath } from '#core/crop/camera-path';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { CropTrack } from '#core/crop/crop-track';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import { formatShortTime } from '#core/time/timecode';
import type { FrameIndex } from '#core/time/frame-index';
import type { Span } from '#core/time/segment-arithmetic';
import type { MediaBytes } from '$lib/media/media-bytes';
import type { Storage } from '$lib/storage/storage';
import type { TrackingRecord } from '$lib/storage/tracking-record';
import { ChunkWriter } from './chunk-writer.ts';
import type { AnalysisProgress, Sight } from './tracking-parts.ts';

export interface RunParts {
	readonly storage: Storage;
	readonly sight: Sight;
	readonly newId: () => string;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: AnalysisProgress) => void;
}

interface Source {
	readonly file: MediaBytes;
	readonly facts: MediaFacts;
	readonly index: FrameIndex;
	readonly frame: { readonly width: number; readonly height: number };
}

/** Share of the work that is looking; the rest is finding the paths. */
const LOOKING = 0.95;

/**
 * Looks at what no detector has seen yet of the record's spans, finds a camera path for each span and puts them into the project. Answers with
 * remarks for the person. What was seen is kept as it comes, so that nothing is seen twice after a crash or a cancel.
 */
export async function runTracking(
	record: TrackingRecord,
	parts: RunParts,
): Promise<Result<readonly string[], Failure>> {
	const source = await sourceOf(record, parts.storage);
	if (!source.ok) return source;
	const { tracking } = parts.storage;
	const { id } = record.job;
	const looked = await tracking.holding(id, async () => {
		// Who ends a search does not wait for one that has not begun.
		const latest = (await tracking.all()).find(({ job }) => job.id === id);
		if (latest?.job.state !== 'running') throw new DOMException('The search was ended', 'AbortError');
		return look(record, source.value, parts);
	});
	if (!looked.ok) {
		// A file that was replaced or removed meanwhile breaks off in many ways; asked again, it says which.
		const still = await sourceOf(record, parts.storage);
		return still.ok ? looked : still;
	}
	return findPaths(record, source.value, parts);
}

async function sourceOf({ media, name }: TrackingRecord, { media: store }: Storage): Promise<Result<Source, Failure>> {
	const [known, index] = [await store.get(media), await store.frameIndex(media)];
	if (known?.facts === undefined) return err({ kind: 'source-missing', subject: name });
	const { video } = known.facts;
	if (video === undefined || index === undefined || index.ptsUs.length === 0) {
		return err({ kind: 'not-searchable', subject: name, detail: 'it has no picture' });
	}
	// Frames of the small copy stand at the same times.
	const copy = known.facts.playable === 'preview' ? await store.preview(media) : undefined;
	const opened = copy === undefined ? await store.open(media) : ok(copy);
	if (!opened.ok) return opened;
	return ok({ file: opened.value, facts: known.facts, index, frame: { width: video.width, height: video.height } });
}

async function look(
	{ media, model, spans }: TrackingRecord,
	{ file, facts, index }: Source,
	{ storage: { detections }, sight, signal, onProgress }: RunParts,
): Promise<Result<void, Failure>> {
	const missing: Span[] = [];
	for (const span of spans) missing.push(...(await detections.read(media, model, span)).missing);
	if (missing.length === 0) return ok(undefined);
	signal.throwIfAborted();
	// Without room for what is seen there is no point in going on.
	const full = new AbortController();
	const writer = new ChunkWriter(detections, media, model, () => full.abort());
	try {
		return await sight.analyse(
			{ file, facts, index, spans: missing, model },
			{
				signal: AbortSignal.any([signal, full.signal]),
				onProgress: (progress) => onProgress({ ...progress, share: progress.share * LOOKING }),
				onSeen: (chunk) => writer.add(chunk),
			},
		);
	} finally {
		await writer.flush();
	}
}

async function findPaths(
	{ project, media, model, spans, follow }: TrackingRecord,
	{ facts, index, frame }: Source,
	{ storage, sight, signal, newId, onProgress }: RunParts,
): Promise<Result<readonly string[], Failure>> {
	const document = await storage.projects.open(project);
	if (document.readOnly) {
		const detail = document.problem ?? 'its project can only be looked at here';
		return err({ kind: 'unexpected', subject: facts.name, detail });
	}
	const crop: CropTrack = document.project.crops[media] ?? { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' };
	const found: CameraPath[] = [];
	const remarks: string[] = [];
	for (const [n, span] of spans.entries()) {
		signal.throwIfAborted();
		onProgress({ share: LOOKING + ((1 - LOOKING) * n) / spans.length, step: 'Finding the camera path' });
		const { frames, cutsS } = await storage.detections.read(media, model, span);
		const own = ownCrop(document.project.segments, media, span);
		const asked = own === undefined ? crop : { base: own, keyframes: [], interpolation: 'step' as const };
		const { centres, knownShare } = await sight.follow(
			{ frames, cutsS, index, frame, crop: asked, span, ...follow },
			signal,
		);
		if (centres.x.length === 0) {
			remarks.push(noFrame(span));
			continue;
		}
		const wishes = wishesIn(follow, span);
		if (knownShare === 0 && wishes.quiet === undefined) remarks.push(nothingFound(span, follow.labels));
		found.push({
			...{ id: newId(), inS: span.inS, outS: span.outS, style: follow.style, labels: follow.labels, ...wishes },
			...{ x: encodeSeries(centres.x), y: encodeSeries(centres.y) },
		});
	}
	// As it is now: the person may have gone on editing.
	const before = document.project.crops[media]?.paths ?? [];
	const kept = spans.reduce((paths, { inS, outS }) => withoutSpan(paths, inS, outS, index, newId), before);
	document.asOneStep(() => document.setCameraPaths(media, [...kept, ...found]));
	await document.flush();
	const { unkept } = document;
	if (unkept?.trouble === 'full') return err({ kind: 'out-of-space', subject: facts.name });
	return unkept === undefined ? ok(remarks) : err({ kind: 'unexpected', subject: facts.name, detail: unkept.message });
}

/** The crop of a segment that is exactly this span and has one of its own. */
function ownCrop(
	segments: readonly { media: string; inS: number; outS: number; crop?: CropTrack['base'] | undefined }[],
	media: string,
	{ inS, outS }: Span,
): CropTrack['base'] | undefined {
	const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-3;
	return segments.find((segment) => segment.media === media && same(segment.inS, inS) && same(segment.outS, outS))
		?.crop;
}

const fromTo = ({ inS, outS }: Span): string => `from ${formatShortTime(inS, true)} to ${formatShortTime(outS, true)}`;

const nothingFound = (span: Span, labels: readonly string[]): string =>
	`No ${labels.length === 0 ? 'subject' : labels.join(' or ')} was found ${fromTo(span)}; the crop stays where it was there.`;

const noFrame = (span: Span): string => `There is no frame ${fromTo(span)}, so nothing is followed there.`;
