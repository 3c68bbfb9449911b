import type { ExportTask } from '#core/export-task';
import { outputFileName } from '#core/output-file-name';

/** Ending of a file that is still being written. */
export const PART = '.part';

/** More clips of one name than this in one folder are not looked for. */
const MOST = 100_000;

/**
 * The task's file name, or the first of `name_2`, `name_3`, … that `taken` does not know. Never a name that is there already.
 */
export async function freeName(
	output: ExportTask['output'],
	taken: (fileName: string) => boolean | Promise<boolean>,
): Promise<string> {
	for (let counter = 1; counter < MOST; counter += 1) {
		const fileName = outputFileName(output, counter);
		if (!(await taken(fileName))) return fileName;
	}
	throw new RangeError(`there are too many files named ${output.name}`);
}
