import { DEFAULT_BATCH } from '#core/batch/batch';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { DatasetFormat } from '#core/dataset/dataset-format';
import type { Marker } from '#core/project/profile';
import { present } from '#core/result';
import { FolderTree } from '$lib/storage/folder-tree';
import type { AfterExport, Destination } from '$lib/storage/job-record';
import type { Storage } from '$lib/storage/storage';
import type { ExportRequest } from './export-request.ts';
import { request } from './export-queue-fixture.ts';
import { destinationId } from './destination-tree.ts';

/** What clips of a batch ask for. */
export interface BatchAsked {
	readonly name?: string;
	readonly counter?: number;
	readonly count?: number;
	readonly label?: string;
	readonly category?: Marker['category'];
	readonly formats?: readonly DatasetFormat[];
	readonly root?: string;
	readonly pictures?: boolean;
	readonly overwrite?: boolean;
	readonly destination?: Destination;
	readonly markerId?: string;
}

/** Requests as a batch makes them: `<root>/<name>_<counter>/<name>_<counter>_<i>.mp4`. */
export function batchRequests(asked: BatchAsked = {}): ExportRequest[] {
	const { name = 'clip', counter = 1, count = 3, label = 'a dog', category = '', root = 'walk' } = asked;
	const { destination = { kind: 'browser' }, pictures = false, formats = ['json'] } = asked;
	const group = `${name}_${String(counter).padStart(3, '0')}`;
	const folder = root === '' ? group : `${root}/${group}`;
	return Array.from({ length: count }, (_, i) => {
		const base = request(`${group}_${i}`);
		const id = crypto.randomUUID();
		const markerId = asked.markerId ?? `marker-${group}`;
		const after: AfterExport = {
			profile: 'default',
			marker: {
				id: markerId,
				media: present(base.task.pieces[0], 'a piece').media,
				mediaName: 'film.mp4',
				atS: 4,
				counter,
				batch: { ...DEFAULT_BATCH, name },
				crop: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
				seed: 1,
				label,
				category,
				destination: destinationId(destination),
				createdAt: '2026-01-01T00:00:00.000Z',
			},
			clip: { inS: i, outS: i + 1 },
			annotation: { label, category, formats, root },
		};
		const output = {
			...base.task.output,
			folder,
			...(pictures && { extension: '' }),
			...(asked.overwrite === true && { overwrite: true }),
		};
		const video = {
			kind: 'frames',
			format: 'webp',
			quality: 92,
			size: { width: 16, height: 16 },
			rate: 'source',
			frames: 3,
			scaling: 'fast',
		} as const;
		const task = pictures
			? { ...base.task, id, container: 'frames' as const, video, audio: { kind: 'wav' as const }, output }
			: { ...base.task, id, output };
		return { ...base, task, destination, group: markerId, after };
	});
}

/** What the browser keeps as a tree. */
export const keptTree = async (storage: Storage): Promise<FolderTree> =>
	new FolderTree(await storage.files.folder('clips'));

/** A folder as if the person had picked it. */
export async function pickedFolder(storage: Storage): Promise<{ tree: FolderTree; destination: Destination }> {
	const root = await navigator.storage.getDirectory();
	const folder = await root.getDirectoryHandle(`picked-${crypto.randomUUID()}`, { create: true });
	const handleId = await storage.jobs.putFolder(folder);
	return { tree: new FolderTree(folder), destination: { kind: 'folder', handleId, name: folder.name } };
}

export const pathsIn = async (tree: FolderTree): Promise<string[]> => (await tree.files('')).map(({ path }) => path);

export async function textIn(tree: FolderTree, path: string): Promise<string | undefined> {
	return (await (await tree.file(path))?.getFile())?.text();
}
