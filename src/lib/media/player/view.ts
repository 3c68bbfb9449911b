import type { LiveList } from '../live/playlist.ts';
import type { MediaBytes } from '../media-bytes.ts';
import type { BackendSource } from './backend.ts';

/** What is looked at to see a file: itself, a whole copy of it, or one that its server is making. Frames are always those of the file. */
export type View =
	| { readonly kind: 'file' }
	| { readonly kind: 'copy'; readonly file: MediaBytes }
	| { readonly kind: 'live'; readonly list: LiveList };

export function sourceOf(view: View, of: Pick<BackendSource, 'file' | 'facts' | 'index'>): BackendSource {
	switch (view.kind) {
		case 'file':
			return of;
		case 'copy':
			return { ...of, file: view.file, isCopy: true };
		case 'live':
			return { ...of, live: view.list };
	}
}
