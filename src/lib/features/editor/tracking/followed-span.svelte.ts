import { untrack } from 'svelte';
import { centresOf, type CameraPath } from '#core/crop/camera-path';
import { resolveCrop } from '#core/crop/crop';
import { cropOnFrame } from '#core/crop/crop-span';
import type { CropTrack } from '#core/crop/crop-track';
import { failureText } from '#core/failure';
import { isPartMissing } from '#core/part-missing';
import type { MediaFacts } from '#core/media/media-facts';
import type { FrameIndex } from '#core/time/frame-index';
import { SAME_FRAME_S } from '#core/time/same-frame';
import { reportOf, type TrackReport } from '#core/tracking/camera-metrics';
import type { Span } from '#core/time/segment-arithmetic';
import type { Box } from '#core/tracking/detection';
import { boxAt } from '#core/tracking/smooth-track';
import type { FollowedSubject } from '#core/tracking/follow';
import { inOneShot } from './shots.ts';
import type { Track } from '#core/tracking/track';
import type { DetectionStore } from '$lib/storage/storage';

/** A thing in the picture at one moment. */
export interface SeenThing {
	readonly id: number;
	readonly label: string;
	/** How sure the detector was of it where it last looked, 0..1. */
	readonly score: number;
	readonly box: Box;
	readonly isSubject: boolean;
}

interface Surroundings {
	readonly detections: DetectionStore;
	readonly facts: () => MediaFacts | undefined;
	readonly index: () => FrameIndex | undefined;
	/** The crop over a span of the file. */
	readonly trackOver: (span: Span) => CropTrack;
	/** The path to tell about. */
	readonly path: () => CameraPath | undefined;
	/** The detector that looked for a path. */
	readonly modelOf: (path: CameraPath) => string;
}

/** What was seen in the span of one camera path, and how well the path follows it. Read from what is kept when it is first asked for. */
export class FollowedSpan {
	readonly #around: Surroundings;
	#found:
		{ readonly path: CameraPath; readonly cutsS: readonly number[]; readonly subject: FollowedSubject } | undefined =
		$state.raw();
	#problem = $state('');
	#unseen = $state(false);

	readonly report: TrackReport | undefined = $derived.by(() => {
		const [found, video] = [this.#found, this.#around.facts()?.video];
		if (found === undefined || video === undefined) return undefined;
		const { path, cutsS, subject } = found;
		const frame = { width: video.width, height: video.height };
		const { width, height } = resolveCrop(
			cropOnFrame(this.#around.trackOver(path), path.inS, this.#around.index()),
			frame,
		);
		return reportOf({
			path: centresOf(path),
			crop: { width: width / frame.width, height: height / frame.height },
			timesS: subject.timesS,
			cutsS,
			subject: subject.each,
		});
	});

	constructor(around: Surroundings) {
		this.#around = around;
	}

	/** Whether a subject was found anywhere in the span; undefined while it is not known. */
	get hasSubject(): boolean | undefined {
		return this.#found === undefined ? undefined : this.#found.subject.subjects.length > 0;
	}
	/** Whether several are followed who do not always fit into the crop together. */
	get areApart(): boolean {
		return (this.#found?.subject.apartShare ?? 0) > 0;
	}
	/** Starts of shots within the span, in seconds. */
	get cutsS(): readonly number[] {
		return this.#found?.cutsS ?? [];
	}
	/** Whether two times of the span lie in one shot, as far as shots are known. */
	sameShot(a: number, b: number): boolean {
		return inOneShot(this.cutsS, a, b);
	}
	/** Nothing that was seen is on this device: the path was found elsewhere, or the cache was emptied. */
	get unseen(): boolean {
		return this.#unseen;
	}
	get problem(): string {
		return this.#problem;
	}
	/** Ids of those that are followed somewhere in the span. */
	get subjects(): readonly number[] {
		return this.#found?.subject.subjects ?? [];
	}

	/** Everything that is in the picture at `atS`. */
	thingsAt(atS: number): readonly SeenThing[] {
		const found = this.#found;
		if (found === undefined) return [];
		return found.subject.tracks.flatMap((track) => {
			const [first, last] = [track.sightings[0], track.sightings.at(-1)];
			if (first === undefined || last === undefined || atS < first.atS - 0.3 || atS > last.atS + 0.3) return [];
			const box = boxOf(track, atS);
			if (box === undefined) return [];
			const seen = track.sightings.findLast((sighting) => sighting.atS <= atS + SAME_FRAME_S) ?? first;
			return [
				{
					...{ id: track.id, label: track.label, score: seen.score },
					box,
					isSubject: found.subject.subjects.includes(track.id),
				},
			];
		});
	}

	/** Reads what is kept of the path's span, and again for another path; for an effect. Gives the cleanup. */
	follow(): (() => void) | undefined {
		const [path, facts, index] = [this.#around.path(), this.#around.facts(), this.#around.index()];
		if (path === undefined || facts?.video === undefined || index === undefined) {
			this.#found = undefined;
			return undefined;
		}
		const stop = new AbortController();
		untrack(() => void this.#read(path, facts, index, stop.signal));
		return () => stop.abort();
	}

	async #read(path: CameraPath, facts: MediaFacts, index: FrameIndex, signal: AbortSignal): Promise<void> {
		const { video, fingerprint } = facts;
		if (video === undefined) return;
		try {
			const { frames, cutsS, missing } = await this.#around.detections.read(
				fingerprint,
				this.#around.modelOf(path),
				path,
			);
			if (signal.aborted) return;
			this.#unseen = missing.length > 0;
			if (this.#unseen) return void (this.#found = undefined);
			const { findSubjectAside } = await import('$lib/vision/following');
			const { base, keyframes, interpolation } = untrack(() => this.#around.trackOver(path));
			const subject = await findSubjectAside(
				{
					...{ frames, cutsS, index, frame: { width: video.width, height: video.height } },
					crop: { base, keyframes, interpolation },
					...{ span: { inS: path.inS, outS: path.outS }, labels: path.labels, picks: path.picks, quiet: path.quiet },
				},
				signal,
			);
			if (signal.aborted) return;
			this.#found = { path, cutsS, subject };
			this.#problem = '';
		} catch (thrown) {
			if (signal.aborted) return;
			this.#found = undefined;
			const detail = thrown instanceof Error ? thrown.message : String(thrown);
			this.#problem = failureText(
				isPartMissing(thrown)
					? { kind: 'offline', subject: facts.name }
					: { kind: 'unexpected', subject: facts.name, detail },
			);
		}
	}
}

/** What is seen this long before and after tells where something is, in seconds: all of a long track would take too long for each frame. */
const AROUND_S = 3;

const boxOf = ({ sightings }: Track, atS: number): Box | undefined =>
	boxAt({ sightings: sightings.filter((seen) => Math.abs(seen.atS - atS) <= AROUND_S) }, atS);
