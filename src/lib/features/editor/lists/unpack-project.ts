import { failureText } from '#core/failure';
import { ELSEWHERE } from '#core/project/profile';
import { planProjectMerge } from '#core/project/octocut-file-merge';
import type { OctocutMedia, OctocutProfile } from '#core/project/octocut-file';
import { err, ok, type Result } from '#core/result';
import { fingerprintOf } from '$lib/media/probe/index';
import type { MediaRecord } from '$lib/storage/media-record';
import type { ProjectDocument } from '$lib/storage/project-document';
import type { OpenedProjectFile } from '$lib/storage/project-file';
import type { Storage } from '$lib/storage/storage';
import { text } from './text.ts';

type Kept = Pick<Storage, 'media' | 'profiles'>;

export interface UnpackOptions {
	readonly signal: AbortSignal;
	/** What is being done, and how far it is: 0..1. */
	readonly onStep: (step: string, share: number) => void;
}

/** What a project file brought. */
export interface Unpacked {
	readonly segments: number;
	readonly film: number;
	readonly marks: number;
	readonly notes: readonly string[];
}

/**
 * Takes a project file into the open project: its segments, crops and film as one undo step, its files into the library, its marks into their
 * profiles. What is here stays. The error goes on from the file's name. Rejects with `AbortError` on `signal`; then the cuts are in, and the
 * videos that were not copied yet are missing.
 */
export async function unpackProject(
	zip: Blob,
	document: ProjectDocument,
	storage: Kept,
	options: UnpackOptions,
): Promise<Result<Unpacked, string>> {
	const [{ openProjectFile }, { mergeProject }] = await Promise.all([
		import('$lib/storage/project-file'),
		import('$lib/storage/project-file-merge'),
	]);
	const opened = await openProjectFile(zip);
	if (!opened.ok) return err(opened.error);
	options.signal.throwIfAborted();
	const { content } = opened.value;
	const merge = planProjectMerge(document.project, content);
	const notes = [...content.aside, ...merge.notes];
	for (const media of content.media) await putRecord(media, opened.value, storage, new Date().toISOString());
	mergeProject(document, merge);
	const marks = await putMarks(content.profiles, storage);
	for (const media of content.media) {
		const note = await takeFile(media, opened.value, storage, options);
		if (note !== undefined) notes.push(note);
	}
	return ok({ segments: merge.segments.length, film: merge.film.length, marks, notes });
}

/** A file that the library does not know stands there as missing, with its facts and frames, ready to be linked. */
async function putRecord(
	{ fingerprint, name, bytes, facts }: OctocutMedia,
	opened: OpenedProjectFile,
	{ media: store }: Kept,
	addedAt: string,
): Promise<void> {
	if ((await store.get(fingerprint)) !== undefined) return;
	const index = await opened.frameIndex(fingerprint);
	const isKnown = facts !== undefined && (facts.video === undefined || index !== undefined);
	if (isKnown && index !== undefined) await store.putFrameIndex(fingerprint, index);
	const record: MediaRecord = {
		fingerprint,
		name,
		bytes,
		lastModifiedMs: 0,
		addedAt,
		source: { kind: 'missing' },
		state: isKnown ? 'ready' : 'error',
		message: isKnown ? '' : text.mediaUnread,
		...(isKnown && { facts }),
	};
	await store.put(record);
}

/** Marks that a profile does not have yet; how many. */
async function putMarks(from: readonly OctocutProfile[], { profiles }: Kept): Promise<number> {
	let count = 0;
	for (const { name, markers } of from) {
		if (markers.length === 0) continue;
		const document = await profiles.open(name);
		const known = new Set(document.profile.markers.map(({ id }) => id));
		for (const marker of markers.filter(({ id }) => !known.has(id))) {
			// Its paths mean files of the device it was made on.
			document.putMarker({ ...marker, destination: ELSEWHERE });
			count += 1;
		}
	}
	return count;
}

/** Copies a file out of the project when this device cannot read it yet; a sentence when it stays missing. */
async function takeFile(
	{ fingerprint, name }: OctocutMedia,
	opened: OpenedProjectFile,
	{ media: store }: Kept,
	{ signal, onStep }: UnpackOptions,
): Promise<string | undefined> {
	if ((await store.open(fingerprint)).ok) return undefined;
	const bytes = await opened.file(fingerprint);
	if (bytes === undefined) return text.mediaMissing(name);
	const file = new File([bytes], name);
	onStep(text.copying(name), 0);
	if ((await fingerprintOf(file)) !== fingerprint) return text.mediaWrong(name);
	const kept = await store.keepCopy(fingerprint, file, {
		signal,
		onProgress: (share) => onStep(text.copying(name), share),
	});
	return kept.ok ? undefined : text.mediaNotKept(name, failureText(kept.error));
}
