import type { LocationCheck, PathMapping, SourcePaths } from '#contract/sources';
import { lastName, mapPath, proposeRule } from '#core/paths/path-mapping';
import { namesWithin, readServerPath } from '#core/paths/server-path';
import type { LibraryPlaces, MediaPlace } from '../library/library-places.ts';
import type { ServerLibrary } from './media-server.ts';

/** Which files of a media server are found here, by which way, and what would make more of them found. */
export function checkPaths(
	libraries: readonly ServerLibrary[],
	mappings: readonly PathMapping[],
	places: LibraryPlaces,
): Pick<SourcePaths, 'proposals' | 'libraries'> {
	const proposals: PathMapping[] = [];
	const checked = libraries.map(({ name, locations, samples }) => ({
		name,
		locations: locations.map((location) => {
			const sample = samples.find((path) => isIn(path, location));
			const { proposal, check } = checkLocation(location, sample, mappings, places);
			if (proposal !== undefined && !proposals.some((one) => sameRule(one, proposal))) proposals.push(proposal);
			return check;
		}),
	}));
	return { proposals, libraries: checked };
}

function checkLocation(
	path: string,
	sample: string | undefined,
	mappings: readonly PathMapping[],
	places: LibraryPlaces,
): { readonly proposal?: PathMapping; readonly check: LocationCheck } {
	const there = (place: MediaPlace): boolean =>
		sample === undefined ? places.hasFolder(place) : places.file(place) !== undefined;
	const candidates = mapPath(sample ?? path, mappings, places.roots);
	const tried = candidates.map((place) => places.inWords(place));
	const facts = { path, tried, ...(sample !== undefined && { sample }) };
	const hit = candidates.find(there);
	if (hit !== undefined) {
		// Where the location lies, not the file it was tried with.
		const deep = sample === undefined ? 0 : depthBelow(sample, path);
		const place = { root: hit.root, names: hit.names.slice(0, hit.names.length - deep) };
		return { check: { ...facts, found: true, by: hit.by, place: places.inWords(place) } };
	}
	const proposal = sample === undefined ? undefined : propose(path, sample, places);
	if (proposal === undefined) return { check: { ...facts, found: false } };
	const place = places.inWords({
		root: proposal.root,
		names: proposal.folder.split('/').filter((name) => name !== ''),
	});
	return { proposal, check: { ...facts, found: false, by: 'proposal', place } };
}

/** From a file of the library that is called the same, and lies in folders that are called the same. */
function propose(location: string, sample: string, places: LibraryPlaces): PathMapping | undefined {
	const name = lastName(sample);
	if (name === undefined) return undefined;
	const rules = places.called(name).flatMap((here) => proposeRule(location, sample, here) ?? []);
	const [first] = rules;
	// A file right in the location is known by its name alone: several of that name tell nothing.
	return first !== undefined && rules.every((one) => sameRule(one, first)) ? first : likeliest(location, rules, places);
}

/** Of several, the one whose folder is called as the location is. */
function likeliest(location: string, rules: readonly PathMapping[], places: LibraryPlaces): PathMapping | undefined {
	const name = lastName(location)?.toLowerCase();
	const alike = rules.filter(({ root, folder }) => {
		const here = folder === '' ? (places.roots.find(({ id }) => id === root)?.path ?? '') : `/${folder}`;
		return lastName(here)?.toLowerCase() === name;
	});
	return alike.length === 1 ? alike[0] : undefined;
}

const sameRule = (one: PathMapping, other: PathMapping): boolean =>
	one.from === other.from && one.root === other.root && one.folder === other.folder;

function isIn(path: string, location: string): boolean {
	return depthBelow(path, location) > 0;
}

/** How many names `path` lies below `location`; 0 when it does not. */
function depthBelow(path: string, location: string): number {
	const [file, folder] = [readServerPath(path), readServerPath(location)];
	const within = file === undefined || folder === undefined ? undefined : namesWithin(file, folder);
	return file === undefined || within === undefined ? 0 : file.names.length - within;
}
