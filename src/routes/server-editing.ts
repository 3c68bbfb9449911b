import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { getMedia } from '#contract/library';
import { playerZero } from '#core/capture/film-clock';
import { serverFailureText } from '$lib/remote/server-failure';
import type { Services } from '$lib/app/services';
import type { FilmSpan } from '$lib/features/capture/deeds';
import { text } from '$lib/features/capture/text';
import type { LibraryState } from '$lib/features/library/library-state.svelte';

interface Parts {
	readonly services: Services;
	readonly library: LibraryState;
	/** Opens the project, once. */
	readonly openWorkshop: () => Promise<void>;
}

/** Opens files of the server in the editor, with what was captured of them marked as a segment. */
export class ServerEditing {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** `span` is seconds as players show them; where both ends are one, nothing is marked. What goes wrong is told. */
	async edit(mediaId: string, { startS, endS }: FilmSpan, title: string): Promise<void> {
		const { services, library, openWorkshop } = this.#parts;
		const { connection, storage, toasts } = services;
		const { client } = connection;
		if (client === undefined) return;
		const [found, url] = await Promise.all([
			client.call(getMedia, { params: { id: mediaId } }),
			connection.mediaUrl(`/api/media/${encodeURIComponent(mediaId)}/raw`),
		]);
		if (!found.ok) return void toasts.show({ kind: 'error', text: serverFailureText(found.error) });
		if (!url.ok) return void toasts.show({ kind: 'error', text: serverFailureText(url.error) });
		const { name, bytes, modifiedAt } = found.value.item;
		const media = await library.open({
			file: { kind: 'url', url: url.value, size: bytes, type: '', name, lastModifiedMs: Date.parse(modifiedAt) },
			server: { server: connection.place ?? '', mediaId },
		});
		if (media === undefined) return void toasts.show({ kind: 'error', text: text.cannotEdit(title) });
		await openWorkshop();
		const facts = (await storage.media.get(media))?.facts;
		if (facts === undefined) return void toasts.show({ kind: 'error', text: text.cannotEdit(title) });
		const { firstTimestampS, durationS } = facts;
		const inFile = (atS: number): number =>
			Math.min(Math.max(playerZero(facts) + atS, firstTimestampS), firstTimestampS + durationS);
		const [inS, outS] = [inFile(startS), inFile(endS)];
		if (outS > inS) {
			services.project.addMedia(media, name);
			services.project.addSegment({ media, inS, outS });
		}
		await goto(resolve('/edit/[media]', { media }));
	}
}
