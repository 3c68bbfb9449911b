import type { Quality } from '#contract/streaming';

/** Where a file lies on a server. */
interface Place {
	readonly server: string;
	readonly mediaId: string;
}

/** The name of a server's copy where readers ask for a new address. */
export const copyIdOf = ({ server, mediaId }: Place, quality: Quality): string =>
	`copy ${quality} ${mediaId} ${server}`;

/** What such a name says; undefined when it names a file itself. */
export function readCopyId(id: string): (Place & { readonly quality: string }) | undefined {
	const [word, quality, mediaId, server = ''] = id.split(' ');
	return word === 'copy' && quality !== undefined && mediaId !== undefined ? { quality, mediaId, server } : undefined;
}
