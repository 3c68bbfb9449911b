import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import Copy from '@lucide/svelte/icons/hard-drive-download';
import Link from '@lucide/svelte/icons/link';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Square from '@lucide/svelte/icons/square';
import Upload from '@lucide/svelte/icons/upload';
import Trash from '@lucide/svelte/icons/trash-2';
import type { MenuEntry } from '$lib/ui/menu/menu-item';
import type { Card } from './cards.ts';
import type { LibraryState } from './library-state.svelte.ts';
import { text } from './text.ts';

/** What can be done with a file now. */
export function entriesFor(
	card: Card,
	library: LibraryState,
	ask: { readonly relink: () => void; readonly remove: () => void; readonly hide: (hide: boolean) => void },
	hidden: boolean,
): readonly MenuEntry[] {
	const { media } = card;
	const entries: MenuEntry[] = [];
	if (media !== undefined) {
		const copying = library.copies.progress(media) !== undefined;
		if (card.state === 'error' && card.access === 'ok') {
			entries.push({ label: text.tryAgain, icon: RotateCw, run: () => void library.retry(media) });
		}
		if (copying) entries.push({ label: text.stopCopy, icon: Square, run: () => library.copies.stop(media) });
		else if (card.state === 'ready' && card.access === 'ok' && !card.copied) {
			entries.push({ label: text.keepCopy, icon: Copy, run: () => void library.copies.keep(media) });
		}
		const { server } = library.uploads;
		if (library.uploads.progress(media) !== undefined) {
			entries.push({ label: text.stopSending, icon: Square, run: () => library.uploads.stop(media) });
		} else if (server !== undefined && card.access === 'ok' && !card.onServer) {
			const run = () => void library.uploads.send(media);
			entries.push({ label: text.send(server), icon: Upload, run, testId: 'send-media' });
		}
		entries.push({
			label: hidden ? text.unhideLong : text.hideLong,
			icon: hidden ? Eye : EyeOff,
			run: () => ask.hide(!hidden),
			testId: 'hide-media',
		});
		entries.push({ label: text.relinkLong, icon: Link, run: ask.relink, testId: 'relink-media' }, 'separator');
	}
	entries.push({ label: text.remove, icon: Trash, danger: true, run: ask.remove, testId: 'remove-media' });
	return entries;
}
