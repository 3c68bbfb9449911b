import type { ExportTask } from '#core/export-task';

/** Ending of a file that is still being written. */
export const PART = '.part';

/** More clips of one name than this in one folder are not looked for. */
const MOST = 100_000;

/**
 * The task's file name, or the first of `name_2`, `name_3`, … that `taken` does not know. Never a name that is there already.
 */
export async function freeName(
	{ name, extension }: ExportTask['output'],
	taken: (fileName: string) => boolean | Promise<boolean>,
): Promise<string> {
	const ending = extension.startsWith('.') || extension === '' ? extension : `.${extension}`;
	for (let counter = 1; counter < MOST; counter += 1) {
		const fileName = `${name}${counter === 1 ? '' : `_${counter}`}${ending}`;
		if (!(await taken(fileName))) return fileName;
	}
	throw new RangeError(`there are too many files named ${name}`);
}
