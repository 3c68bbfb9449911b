/** Parts of the File System Access API that TypeScript's DOM does not know: Chromium has them all, others some. */
interface MaybeHandle {
	queryPermission?(descriptor: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
	requestPermission?(descriptor: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
}

interface MaybeMovable {
	move?(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/**
 * Whether `handle` may be used. With `ask` the browser may ask the person, which it only does in a click or key press.
 * Browsers without the question (private files, other browsers) count as granted.
 */
export async function mayUse(handle: FileSystemHandle, mode: 'read' | 'readwrite', ask: boolean): Promise<boolean> {
	const asked = handle as FileSystemHandle & MaybeHandle;
	if (asked.queryPermission === undefined) return true;
	const state = await asked.queryPermission({ mode });
	if (state === 'granted') return true;
	if (!ask || asked.requestPermission === undefined) return false;
	try {
		return (await asked.requestPermission({ mode })) === 'granted';
	} catch (thrown) {
		// Outside a click the browser refuses to ask.
		if (thrown instanceof DOMException) return false;
		throw thrown;
	}
}

/** Moves a file into `folder` under `name`; false where the browser cannot, so that the caller copies instead. */
export async function moveFile(
	file: FileSystemFileHandle,
	folder: FileSystemDirectoryHandle,
	name: string,
): Promise<boolean> {
	const movable = file as FileSystemFileHandle & MaybeMovable;
	if (movable.move === undefined) return false;
	try {
		await movable.move(folder, name);
		return true;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name !== 'QuotaExceededError') return false;
		if (thrown instanceof TypeError) return false;
		throw thrown;
	}
}

/** Whether `thrown` is the file system's word for "it is not there". */
export const isNotFound = (thrown: unknown): boolean =>
	thrown instanceof DOMException && (thrown.name === 'NotFoundError' || thrown.name === 'TypeMismatchError');
