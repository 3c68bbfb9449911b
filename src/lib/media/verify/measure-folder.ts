import type { MeasuredFolder } from '#core/export/compare-output';
import { pictureFileName, type PictureFormat } from '#core/export/output-file-name';
import type { Size } from '#core/crop/crop';

/** Pictures that are opened at a time. */
const AT_ONCE = 4;

/** Opens every picture of `folder`. Throws what reading throws. */
export async function measureFolder(
	folder: FileSystemDirectoryHandle,
	format: PictureFormat,
	signal: AbortSignal,
): Promise<MeasuredFolder> {
	const files = new Map<string, FileSystemFileHandle>();
	for await (const handle of folder.values()) if (handle.kind === 'file') files.set(handle.name, handle);
	let [pictures, bytes] = [0, 0];
	let size: Size | undefined;
	for (let first = 1; first <= files.size; first += AT_ONCE) {
		signal.throwIfAborted();
		const names = Array.from({ length: Math.min(AT_ONCE, files.size - first + 1) }, (_, i) =>
			pictureFileName(format, first + i),
		);
		for (const [i, seen] of (await Promise.all(names.map((name) => look(files.get(name))))).entries()) {
			const name = names[i] ?? '';
			if (typeof seen === 'string') return { pictures, size, odd: `${name} ${seen}`, bytes };
			size ??= seen;
			if (seen.width !== size.width || seen.height !== size.height) {
				return { pictures, size, odd: `${name} is ${seen.width}×${seen.height}`, bytes };
			}
			pictures += 1;
			bytes += seen.bytes;
		}
	}
	return { pictures, size, odd: undefined, bytes };
}

async function look(handle: FileSystemFileHandle | undefined): Promise<(Size & { readonly bytes: number }) | string> {
	if (handle === undefined) return 'is missing';
	const file = await handle.getFile();
	try {
		const picture = await createImageBitmap(file);
		const { width, height } = picture;
		picture.close();
		return { width, height, bytes: file.size };
	} catch (thrown) {
		// The one error of a picture that is broken; a file that cannot be read throws another.
		if (thrown instanceof DOMException && thrown.name === 'InvalidStateError') return 'does not open';
		throw thrown;
	}
}
