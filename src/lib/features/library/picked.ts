import { isAbort } from '#core/result';
import type { MediaFile } from '$lib/media/media-bytes';

/** A file that the person chose. With a handle or a server it can be read again later without a copy. */
export interface Picked {
	readonly file: MediaFile;
	readonly handle?: FileSystemFileHandle;
	/** Where `file` lies when it is one on a server. */
	readonly server?: { readonly server: string; readonly mediaId: string };
}

/** The parts of the File System Access API that TypeScript's DOM library does not know yet. */
interface Pickers {
	showOpenFilePicker?(options: object): Promise<FileSystemFileHandle[]>;
	showDirectoryPicker?(options: object): Promise<FileSystemDirectoryHandle>;
}
interface DropItem extends DataTransferItem {
	getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

const EXTENSIONS =
	'mp4 m4v mov qt mkv webm ogv avi wmv asf flv f4v mpg mpeg m2v vob ts mts m2ts 3gp 3g2 mxf mjpeg mp3 m4a aac wav flac ogg oga opus wma aiff aif mka'.split(
		' ',
	);

/** For the `accept` of a file input. */
export const ACCEPT = ['video/*', 'audio/*', ...EXTENSIONS.map((extension) => `.${extension}`)].join(',');

const PICKER = {
	id: 'octocut-media',
	multiple: true,
	types: [
		{
			description: 'Video and sound',
			accept: {
				'video/*': EXTENSIONS.slice(0, 25).map((extension) => `.${extension}`),
				'audio/*': ['.mp3', '.m4a', '.wav', '.flac', '.ogg', '.opus'],
			},
		},
	],
};

const pickers = (): Pickers => globalThis as Pickers;

export const hasFilePicker = (): boolean => pickers().showOpenFilePicker !== undefined;
export const hasFolderPicker = (): boolean => pickers().showDirectoryPicker !== undefined;

/** Whether a file found in a folder is worth adding, by its type or its ending. */
export function looksLikeMedia(file: { readonly name: string; readonly type: string }): boolean {
	if (/^(video|audio)\//.test(file.type)) return true;
	return EXTENSIONS.includes(file.name.split('.').at(-1)?.toLowerCase() ?? '');
}

export const fromFiles = (files: Iterable<File>): Picked[] => [...files].map((file) => ({ file }));

/** What `pick` gives; nothing when the person closed the picker. */
async function unlessClosed<T>(pick: Promise<T>): Promise<T | undefined> {
	try {
		return await pick;
	} catch (thrown) {
		if (isAbort(thrown)) return undefined;
		throw thrown;
	}
}

/** The browser's file picker, with handles. Call it from a click, where `hasFilePicker`. */
export async function pickFiles(multiple = true): Promise<Picked[]> {
	const handles = await unlessClosed(pickers().showOpenFilePicker?.({ ...PICKER, multiple }) ?? Promise.resolve([]));
	return fromHandles(handles ?? []);
}

/** The browser's folder picker: every media file in the folder and below. Undefined when it was closed. */
export async function pickFolder(): Promise<Picked[] | undefined> {
	const folder = await unlessClosed(
		pickers().showDirectoryPicker?.({ id: 'octocut-folder' }) ?? Promise.resolve(undefined),
	);
	return folder === undefined ? undefined : mediaIn(folder);
}

/** Files behind handles, also from the operating system's "Open with". One that is gone by now is left out. */
export async function fromHandles(handles: readonly FileSystemHandle[]): Promise<Picked[]> {
	const picked = await Promise.all(handles.map(fromHandle));
	return picked.flat();
}

async function fromHandle(handle: FileSystemHandle): Promise<Picked[]> {
	if (handle.kind === 'directory') return mediaIn(handle as FileSystemDirectoryHandle);
	const fileHandle = handle as FileSystemFileHandle;
	try {
		return [{ file: await fileHandle.getFile(), handle: fileHandle }];
	} catch (thrown) {
		console.warn(`${handle.name} could not be opened:`, thrown);
		return [];
	}
}

async function mediaIn(folder: FileSystemDirectoryHandle): Promise<Picked[]> {
	const found: Picked[] = [];
	for await (const entry of folder.values()) {
		if (entry.name.startsWith('.')) continue;
		if (entry.kind === 'directory') found.push(...(await mediaIn(entry)));
		else if (looksLikeMedia({ name: entry.name, type: '' })) found.push(...(await fromHandle(entry)));
	}
	return found.sort((a, b) => a.file.name.localeCompare(b.file.name, undefined, { numeric: true }));
}

/**
 * Everything in a drop: files with handles where the browser gives them, and the media files of folders. Reads the event's items
 * before it returns, as they are gone afterwards.
 */
export async function fromDrop(transfer: DataTransfer): Promise<Picked[]> {
	const items = [...transfer.items].filter((item) => item.kind === 'file');
	const waiting = items.map((item: DropItem) => ({
		handle: item.getAsFileSystemHandle?.().catch((thrown: unknown) => {
			console.debug('The drop gives no handle:', thrown);
			return null;
		}),
		entry: item.webkitGetAsEntry(),
		file: item.getAsFile(),
	}));
	const picked = waiting.map(async ({ handle, entry, file }): Promise<Picked[]> => {
		const handed = await handle;
		if (handed) return fromHandle(handed);
		if (entry?.isDirectory) return fromFiles(await filesIn(entry as FileSystemDirectoryEntry));
		return file === null ? [] : [{ file }];
	});
	return (await Promise.all(picked)).flat();
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
	const reader = folder.createReader();
	const files: File[] = [];
	for (;;) {
		const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return files;
		for (const entry of entries) {
			if (entry.isDirectory) {
				files.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
				continue;
			}
			const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
			if (looksLikeMedia(file)) files.push(file);
		}
	}
}
