import {
	encodeSeries,
	pathAt,
	wishesIn,
	withoutSpan,
	type CameraPath,
	type PicturePlace,
} from '#core/crop/camera-path';
import { ownTrack } from '#core/crop/crop-span';
import type { CropTrack } from '#core/crop/crop-track';
import { failureText } from '#core/failure';
import { isSameFrame } from '#core/time/same-frame';
import type { Span } from '#core/time/segment-arithmetic';
import type { FollowRequest } from '#core/tracking/follow';
import { kindOfLabels, type SubjectKind } from '#core/tracking/subject-kinds';
import { failureOf } from '$lib/jobs/failure-of';
import type { TrackingQueue } from '$lib/jobs/tracking/tracking-queue';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { Storage } from '$lib/storage/storage';
import type { EditorState } from '../editor-state.svelte.ts';
import { inOneShot, subjectPlaces } from './shots.ts';

export interface SolverOptions {
	readonly editor: EditorState;
	readonly document: ProjectDocument;
	readonly storage: Pick<Storage, 'detections'>;
	readonly tracking: Pick<TrackingQueue, 'enqueue'>;
	/** Name of the detector on the shelf that finds this kind. */
	readonly modelFor: (kind: SubjectKind) => string;
	readonly onproblem: (sentence: string) => void;
}

/** What a change knows of the shots around it. */
export interface Shots {
	/** Whether two times, in seconds, lie in one shot. */
	readonly same: (a: number, b: number) => boolean;
	/** Where those who are followed in the shot of `atS` were seen nearest to it, not before `fromS`. None where that is not known. */
	readonly subjects: (atS: number, fromS?: number) => Promise<readonly PicturePlace[]>;
}

type Change = (path: CameraPath, shots: Shots) => PathChange | Promise<PathChange>;

/** What is wanted otherwise; `span`: only there, the rest of the path stays. */
export interface PathChange extends Partial<Pick<CameraPath, 'style' | 'labels' | 'picks' | 'fixes' | 'quiet'>> {
	readonly span?: Span;
}

/** Finds camera paths anew from what has been seen, one after the other. */
export class PathSolver {
	readonly #options: SolverOptions;
	#turn: Promise<void> = Promise.resolve();

	constructor(options: SolverOptions) {
		this.#options = options;
	}

	/** All paths of the file, as they are now. */
	get paths(): readonly CameraPath[] {
		return this.#options.editor.cropping.track.paths ?? [];
	}

	/**
	 * Changes the path that holds at `atS` by what `change` makes of it when its turn has come, and solves it anew. One undo step. Where
	 * nothing that was seen is on this device, somebody has to look again first: a search is queued.
	 */
	change(atS: number, change: Change): Promise<void> {
		const done = this.#turn.then(async () => {
			const path = pathAt(this.paths, atS);
			if (path !== undefined) await this.#solve(path, change);
		});
		this.#turn = done.catch(() => undefined);
		return done.catch((thrown: unknown) => {
			this.#options.onproblem(failureText(failureOf(thrown, this.#options.editor.facts?.name ?? 'The camera path')));
		});
	}

	/** Puts these in the place of all paths of the file, as one undo step. */
	put(paths: readonly CameraPath[]): void {
		const { document, editor } = this.#options;
		document.asOneStep(() => document.setCameraPaths(editor.media, paths));
	}

	/** Takes a span out of the paths. */
	forget({ inS, outS }: Span): void {
		const { index } = this.#options.editor;
		if (index !== undefined) this.put(withoutSpan(this.paths, inS, outS, index, () => crypto.randomUUID()));
	}

	async #solve(path: CameraPath, change: Change): Promise<void> {
		const { editor, document, storage, tracking, modelFor } = this.#options;
		const { index, media, facts } = editor;
		if (index === undefined || facts?.video === undefined) return;
		const frame = { width: facts.video.width, height: facts.video.height };
		const model = modelFor(kindOfLabels(path.labels));
		const seen = await storage.detections.read(media, model, path);
		const { followAside, findSubjectAside } = await import('$lib/vision/following');
		const whole = { frames: seen.frames, cutsS: seen.cutsS, index, frame, ...shapeOver(editor, path) };
		const shots: Shots =
			seen.missing.length > 0
				? UNKNOWN
				: {
						same: (a, b) => inOneShot(seen.cutsS, a, b),
						subjects: async (nearS, fromS) =>
							subjectPlaces(await findSubjectAside({ ...wanting(path), ...whole }), seen.cutsS, nearS, fromS),
					};
		const { span = path, ...wanted } = await change(path, shots);
		const { style, labels, ...wishes } = { ...path, ...wanted };
		const next = { style, labels, ...wishesIn(wishes, span) };
		const other = modelFor(kindOfLabels(labels));
		const { frames, cutsS, missing } = await storage.detections.read(media, other, span);
		if (missing.length > 0) {
			const request = { media, name: facts.name, project: document.id, spans: [span], model: other, follow: next };
			return void (await tracking.enqueue(request));
		}
		const { centres } = await followAside({ frames, cutsS, index, frame, ...next, ...shapeOver(editor, span) });
		const kept = withoutSpan(this.paths, span.inS, span.outS, index, () => crypto.randomUUID());
		const solved: CameraPath = {
			...{ id: crypto.randomUUID(), inS: span.inS, outS: span.outS, ...next },
			...{ x: encodeSeries(centres.x), y: encodeSeries(centres.y) },
		};
		this.put([...kept, solved]);
	}
}

/** While shots are not known only the same moment is surely in the same one. */
const UNKNOWN: Shots = { same: isSameFrame, subjects: () => Promise.resolve([]) };

/** A span and the crop over it, as they are sent to who solves it. */
function shapeOver(editor: EditorState, { inS, outS }: Span): Pick<FollowRequest, 'crop' | 'span'> {
	const { base, keyframes, interpolation } = trackOver(editor, { inS, outS });
	return { crop: { base, keyframes, interpolation }, span: { inS, outS } };
}

/** Shape and size of the crop over a span: the chosen segment's own where it lies there, else the file's. */
export function trackOver({ selected, cropping }: EditorState, { inS, outS }: Span): CropTrack {
	const own =
		selected !== undefined && selected.inS < outS - 1e-6 && selected.outS > inS + 1e-6 ? selected.crop : undefined;
	return own === undefined ? cropping.track : ownTrack(own, cropping.track);
}

const wanting = ({ labels, picks, quiet }: CameraPath): Pick<FollowRequest, 'labels' | 'picks' | 'quiet'> => ({
	...{ labels, picks, quiet },
});
