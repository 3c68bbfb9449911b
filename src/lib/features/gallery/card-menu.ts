import Download from '@lucide/svelte/icons/download';
import ListPlus from '@lucide/svelte/icons/list-plus';
import Pencil from '@lucide/svelte/icons/pencil';
import Scissors from '@lucide/svelte/icons/scissors';
import Share from '@lucide/svelte/icons/share-2';
import Star from '@lucide/svelte/icons/star';
import Trash from '@lucide/svelte/icons/trash-2';
import type { Capture } from '#contract/captures';
import type { MenuEntry } from '$lib/ui/menu/menu-item.ts';
import type { GalleryDeeds } from './gallery-deeds.svelte.ts';
import { text } from './text.ts';

/** What needs another dialog or page. */
export interface Asked {
	edit: (capture: Capture) => void;
	add: (capture: Capture) => void;
	rename: (capture: Capture) => void;
	share: (capture: Capture) => void;
	remove: (captures: readonly Capture[]) => void;
}

/** The menu of a card. */
export function entriesFor(
	capture: Capture,
	deeds: GalleryDeeds,
	{ edit, add, rename, share, remove }: Asked,
): MenuEntry[] {
	const whole: MenuEntry[] = [
		{ label: text.share, icon: Share, run: () => share(capture), testId: 'capture-share' },
		{ label: text.save, icon: Download, run: () => void deeds.save([capture]), testId: 'capture-download' },
	];
	return [
		...(capture.status === 'complete' ? whole : []),
		...(capture.media === undefined
			? []
			: [
					{ label: text.edit, icon: Scissors, run: () => edit(capture), testId: 'capture-edit' },
					{ label: text.add, icon: ListPlus, run: () => add(capture), testId: 'capture-add' },
				]),
		{
			label: capture.favourite ? text.noFavourite : text.favourite,
			icon: Star,
			run: () => void deeds.favour(capture, !capture.favourite),
		},
		{ label: text.rename, icon: Pencil, run: () => rename(capture), testId: 'capture-rename' },
		'separator',
		{ label: text.delete, icon: Trash, danger: true, run: () => remove([capture]), testId: 'capture-delete' },
	];
}
