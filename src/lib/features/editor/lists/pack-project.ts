import { failureText } from '#core/failure';
import { encodeFrameIndex } from '#core/time/frame-index-codec';
import { safeFileName } from '#core/export/name-template';
import type { OctocutFile, OctocutMedia, OctocutProfile } from '#core/project/octocut-file';
import type { Project } from '#core/project/project';
import { streamOf } from '$lib/media/media-bytes';
import type { Attachment, WriteOptions } from '$lib/storage/project-file';
import type { Storage } from '$lib/storage/storage';
import { text } from './text.ts';

type Kept = Pick<Storage, 'media' | 'profiles' | 'files'>;

export interface PackOptions extends WriteOptions {
	/** The videos go in too. */
	readonly withMedia: boolean;
}

export interface Packed {
	readonly file: Blob;
	/** Sentences for the person: what is not in it. */
	readonly notes: readonly string[];
}

/** The project as one file. With its videos it is put together on disk, so that memory stays flat. */
export async function packProject(project: Project, storage: Kept, options: PackOptions): Promise<Packed> {
	const { writeProjectFile } = await import('$lib/storage/project-file');
	const { media, attachments, notes } = await gather(project, storage, options.withMedia);
	const content: OctocutFile = {
		format: 'octocut',
		version: 1,
		project,
		media,
		profiles: await marksOf(new Set(media.map(({ fingerprint }) => fingerprint)), storage),
	};
	if (!options.withMedia) {
		const pieces: Uint8Array<ArrayBuffer>[] = [];
		// The writer uses its buffers again.
		const sink = new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(piece.slice()) });
		await writeProjectFile(sink, content, attachments, options);
		return { file: new Blob(pieces, { type: 'application/zip' }), notes };
	}
	const handle = await storage.files.createForVisit('project.octocut');
	await writeProjectFile(await handle.createWritable(), content, attachments, options);
	return { file: await handle.getFile(), notes };
}

async function gather(project: Project, { media: store }: Kept, withMedia: boolean) {
	const fingerprints = [...new Set([...Object.keys(project.media), ...project.segments.map(({ media }) => media)])];
	const media: OctocutMedia[] = [];
	const attachments: Attachment[] = [];
	const notes: string[] = [];
	for (const [i, fingerprint] of fingerprints.entries()) {
		const record = await store.get(fingerprint);
		const name = record?.name ?? project.media[fingerprint]?.name ?? fingerprint;
		const bytes = record?.bytes ?? Number(fingerprint.split('-')[0]);
		const index = await store.frameIndex(fingerprint);
		let entry: OctocutMedia = { fingerprint, name, bytes, ...(record?.facts && { facts: record.facts }) };
		if (index !== undefined) {
			const path = `index/${i + 1}.bin`;
			attachments.push({ path, bytes: new Blob([encodeFrameIndex(index)]) });
			entry = { ...entry, index: path };
		}
		if (project.crops[fingerprint]?.awaited !== undefined) notes.push(text.pathLeftOut(name));
		if (withMedia) {
			const opened = await store.open(fingerprint, { ask: true });
			const path = `media/${i + 1} ${safeFileName(name)}`;
			if (opened.ok) {
				const { size } = opened.value;
				attachments.push({ path, bytes: { size, stream: () => streamOf(opened.value) } });
				entry = { ...entry, file: path };
			} else notes.push(text.mediaLeftOut(name, failureText(opened.error)));
		}
		media.push(entry);
	}
	return { media, attachments, notes };
}

async function marksOf(media: ReadonlySet<string>, { profiles }: Kept): Promise<OctocutProfile[]> {
	const found: OctocutProfile[] = [];
	for (const name of await profiles.names()) {
		const { profile } = await profiles.open(name);
		const markers = profile.markers.filter((marker) => media.has(marker.media));
		if (markers.length > 0) found.push({ name, markers });
	}
	return found;
}
