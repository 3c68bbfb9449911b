import type { BatchSettings } from '#core/batch/batch';
import type { Subprofile } from '#core/project/profile';

/** Marks that already part two names. */
const PARTED = /^[-_. /]/u;

/** The folder of an extra export folder: "walk" with "close" is "walk_close"; the suffix alone when there is no folder. */
export function folderOf(folder: string, subprofile: Pick<Subprofile, 'folderSuffix'> | undefined): string {
	const suffix = subprofile?.folderSuffix.trim() ?? '';
	const base = folder.trim().replace(/[/\\]+$/u, '');
	if (suffix === '') return base;
	if (base === '') return suffix.replace(/^[-_. /]+/u, '');
	return `${base}${PARTED.test(suffix) ? '' : '_'}${suffix}`;
}

/**
 * How `folder` (of a group that was exported) is reached from the folder that is set now: with one of the extra folders, or by setting
 * another folder.
 */
export function reach(
	folder: string,
	settings: Pick<BatchSettings, 'folder'>,
	subprofiles: readonly Subprofile[],
): { readonly folder: string; readonly subprofile: string | null } {
	if (folderOf(settings.folder, undefined) === folder) return { folder: settings.folder, subprofile: null };
	const found = subprofiles.find((subprofile) => folderOf(settings.folder, subprofile) === folder);
	return found === undefined ? { folder, subprofile: null } : { folder: settings.folder, subprofile: found.id };
}
