import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { getMedia } from '#contract/library';
import { playerZero } from '#core/capture/film-clock';
import type { Fingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import { frameAt, timeOfFrame } from '#core/time/frame-index';
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

interface Opened {
	readonly media: Fingerprint;
	readonly name: string;
	readonly facts: MediaFacts;
}

/** Brings films of the server, and what was captured of them, into the project. What goes wrong is told. */
export class ServerEditing {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Opens the film in the editor. `span` is seconds as players show them; where both ends are one, nothing is marked. */
	async edit(mediaId: string, span: FilmSpan, title: string): Promise<void> {
		const opened = await this.#open(mediaId, title);
		if (opened === undefined) return;
		const { project } = this.#parts.services;
		const { media, name, facts } = opened;
		const [inS, outS] = spanInFile(facts, span);
		if (outS > inS) {
			project.addMedia(media, name);
			project.addSegment({ media, inS, outS });
		}
		await goto(resolve('/edit/[media]', { media }));
	}

	/** Adds what was captured to the project, without leaving the page: of a screenshot, the frame of the film that it shows. */
	async add(mediaId: string, span: FilmSpan, { title, name }: { title: string; name: string }): Promise<void> {
		const opened = await this.#open(mediaId, title);
		if (opened === undefined) return;
		const { project, storage, toasts } = this.#parts.services;
		const { media, facts } = opened;
		let [inS, outS] = spanInFile(facts, span);
		if (outS <= inS) {
			const index = await storage.media.frameIndex(media);
			if (index === undefined) return void toasts.show({ kind: 'error', text: text.cannotEdit(title) });
			const frame = frameAt(index, inS);
			[inS, outS] = [timeOfFrame(index, frame), timeOfFrame(index, frame + 1)];
		}
		project.addMedia(media, opened.name);
		project.addSegment({ media, inS, outS, name });
		toasts.show({ kind: 'info', text: text.added(name, project.project.name) });
	}

	async #open(mediaId: string, title: string): Promise<Opened | undefined> {
		const { services, library, openWorkshop } = this.#parts;
		const { connection, storage, toasts } = services;
		const { client } = connection;
		if (client === undefined) return undefined;
		const [found, url] = await Promise.all([
			client.call(getMedia, { params: { id: mediaId } }),
			connection.mediaUrl(`/api/media/${encodeURIComponent(mediaId)}/raw`),
		]);
		const told = (message: string): undefined => void toasts.show({ kind: 'error', text: message });
		if (!found.ok) return told(serverFailureText(found.error));
		if (!url.ok) return told(serverFailureText(url.error));
		const { name, bytes, modifiedAt } = found.value.item;
		const media = await library.open({
			file: { kind: 'url', url: url.value, size: bytes, type: '', name, lastModifiedMs: Date.parse(modifiedAt) },
			server: { server: connection.place ?? '', mediaId },
		});
		if (media === undefined) return told(text.cannotEdit(title));
		await openWorkshop();
		const facts = (await storage.media.get(media))?.facts;
		return facts === undefined ? told(text.cannotEdit(title)) : { media, name, facts };
	}
}

/** On the file's own timeline, inside of the file. */
function spanInFile(facts: MediaFacts, { startS, endS, offsetS = 0 }: FilmSpan): readonly [number, number] {
	const { firstTimestampS, durationS } = facts;
	const inFile = (atS: number): number =>
		Math.min(Math.max(playerZero(facts) + atS - offsetS, firstTimestampS), firstTimestampS + durationS);
	return [inFile(startS), inFile(endS)];
}
