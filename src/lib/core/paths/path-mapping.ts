import { commonEnding, namesWithin, readServerPath } from './server-path.ts';

/** What begins with `from` on a media server, in whole names, lies in `folder` of `root` here. */
export interface PathRule {
	/** As the media server writes it. */
	readonly from: string;
	readonly root: string;
	/** Names below the root separated by `/`; empty for the root itself. */
	readonly folder: string;
}

/** A folder of ours that holds media. */
export interface PathRoot {
	readonly id: string;
	/** Absolute, on this machine. */
	readonly path: string;
}

/** Where a file may lie here. */
export interface PathCandidate {
	readonly root: string;
	/** Below the root. */
	readonly names: readonly string[];
	readonly by: 'mapping' | 'same';
}

const namesOf = (folder: string): readonly string[] => folder.split('/').filter((name) => name !== '');

/** Whether a rule can be followed: its `from` is a path from the top, and its folder stays below the root. */
export const isPathRule = ({ from, folder }: PathRule): boolean =>
	readServerPath(from) !== undefined &&
	!namesOf(folder).some((name) => name === '.' || name === '..' || name.includes('\0'));

/**
 * Where what a media server calls `path` may lie, likeliest first: as the rule with the longest `from` says (all of them, when several are as
 * long), else at the same place as there.
 */
export function mapPath(
	path: string,
	rules: readonly PathRule[],
	roots: readonly PathRoot[],
): readonly PathCandidate[] {
	const read = readServerPath(path);
	if (read === undefined) return [];
	const fitting = rules.flatMap(({ from, root, folder }) => {
		const within = readServerPath(from);
		const length = within === undefined ? undefined : namesWithin(read, within);
		return length === undefined ? [] : [{ length, root, folder: namesOf(folder) }];
	});
	const longest = Math.max(-1, ...fitting.map(({ length }) => length));
	const mapped = fitting
		.filter(({ length }) => length === longest)
		.flatMap(({ root, folder, length }) =>
			spellings(read.names.slice(length)).map((rest) => ({
				root,
				names: [...folder, ...rest],
				by: 'mapping' as const,
			})),
		);
	const same = roots.flatMap(({ id, path: here }) => {
		const root = readServerPath(here);
		const length = root === undefined ? undefined : namesWithin(read, root);
		return length === undefined ? [] : [{ root: id, names: read.names.slice(length), by: 'same' as const }];
	});
	return [...mapped, ...same];
}

/** Some servers put the separator of Windows behind a beginning that was replaced by one of Unix. */
function spellings(names: readonly string[]): readonly (readonly string[])[] {
	if (!names.some((name) => name.includes('\\'))) return [names];
	const split = names.flatMap((name) => name.split('\\')).filter((name) => name !== '' && name !== '.');
	return split.includes('..') ? [names] : [names, split];
}

/**
 * The rule by which a file that the media server found in `location` is the one that lies at `names` below the root here. Undefined: below the
 * location the two are not called the same.
 */
export function proposeRule(
	location: string,
	sample: string,
	here: { readonly root: string; readonly names: readonly string[] },
): PathRule | undefined {
	const [folder, file] = [readServerPath(location), readServerPath(sample)];
	const within = folder === undefined || file === undefined ? undefined : namesWithin(file, folder);
	if (file === undefined || within === undefined) return undefined;
	const deep = file.names.length - within;
	if (deep === 0 || commonEnding(file.names, here.names, file.anyCase) < deep) return undefined;
	return { from: location, root: here.root, folder: here.names.slice(0, here.names.length - deep).join('/') };
}

/** The last name of a path: what a file is searched by. */
export const lastName = (path: string): string | undefined => readServerPath(path)?.names.at(-1);
