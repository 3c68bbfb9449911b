import type { Fingerprint } from '#core/media/fingerprint';
import type { DerivedCache } from '$lib/media/derived-cache';
import type { PrivateFiles } from '$lib/storage/storage';

/** Where what was made of a file is kept; removed with the file. */
const folderOf = (media: Fingerprint): string => `derived/${media}`;

/** Keeps what is made of `media` in the origin's private file system. What cannot be kept is told on the console, once, and made again. */
export function keepDerived(files: PrivateFiles, media: Fingerprint): DerivedCache {
	let told = false;
	const tell = (thrown: unknown): undefined => {
		if (!told) console.warn('Pictures and waveform of this file could not be kept and will be made again:', thrown);
		told = true;
	};
	return {
		get: async (name) => {
			try {
				const file = await (await files.get(`${folderOf(media)}/${name}`))?.getFile();
				// Made, and not yet written: another tab is at it.
				return file?.size === 0 ? undefined : file;
			} catch (thrown) {
				return tell(thrown);
			}
		},
		put: async (name, made) => {
			try {
				const handle = await files.create(`${folderOf(media)}/${name}`);
				// Writes beside the file and takes its place when it is closed.
				const writable = await handle.createWritable();
				await writable.write(made);
				await writable.close();
			} catch (thrown) {
				tell(thrown);
			}
		},
	};
}
