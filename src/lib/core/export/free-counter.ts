import type { ExportTask } from './export-task.ts';

/** Ending of a file that is still being written. */
export const PART = '.part';

/** More clips of one name than this in one folder are not looked for. */
const MOST = 100_000;

/** The first counter whose name is free: 1 stands for the name itself, 2 for `name_2`, and so on. */
export async function freeCounter(
	output: ExportTask['output'],
	taken: (counter: number) => Promise<boolean>,
): Promise<number> {
	for (let counter = 1; counter < MOST; counter += 1) if (!(await taken(counter))) return counter;
	throw new RangeError(`there are too many files named ${output.name}`);
}
