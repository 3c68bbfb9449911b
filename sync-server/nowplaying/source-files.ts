import { access, constants } from 'node:fs/promises';
import type { SessionMedia } from '#contract/sessions';
import type { Failure } from '#core/failure';
import { mapPath, type PathRule } from '#core/paths/path-mapping';
import { readServerPath } from '#core/paths/server-path';
import { err, ok, type Result } from '#core/result';
import type { LibraryPlaces } from '../library/library-places.ts';
import type { MediaFile, MediaFiles } from '../library/media-files.ts';
import type { ItemPart, ItemSubtitle, ItemVersion, MediaServer, Played } from './media-server.ts';
import type { ExternalSubtitle, PlayingDetails, PlayingSubtitle } from './now-playing.ts';
import { faultText, type FaultyThing, PRODUCTS, type SourceFault } from './source-fault.ts';

/** The library, as far as files that play are looked for in it. */
export interface PlayableLibrary extends Pick<MediaFiles, 'find'> {
	readonly places: LibraryPlaces;
}

export interface SourceFilesParts {
	readonly source: FaultyThing;
	readonly server: MediaServer;
	readonly library: PlayableLibrary;
	readonly mappings: () => readonly PathRule[];
	readonly now: () => number;
}

interface Asked {
	readonly atMs: number;
	readonly answer: Promise<Result<readonly ItemVersion[], SourceFault>>;
}

/** What is known of an item holds for this long, a failure shorter; in milliseconds. */
const KNOWN_MS = 10 * 60_000;
const FAILED_MS = 30_000;
const MOST_ITEMS = 1000;
/** Of these subtitles a renderer can draw the text. */
const TEXT_CODECS = /^(srt|subrip|ass|ssa|vtt|webvtt|smi|ttml|text|mov_text)$/i;

/** Where the files of what plays on one media server are: here, or only there. */
export class SourceFiles {
	readonly #parts: SourceFilesParts;
	readonly #items = new Map<string, Asked>();
	readonly #unmatched = new Set<string>();

	constructor(parts: SourceFilesParts) {
		this.#parts = parts;
	}

	/** Id of the file of the library that the media server calls `path`. */
	find(path: string): string | undefined {
		const { places } = this.#parts.library;
		for (const place of mapPath(path, this.#parts.mappings(), places.roots)) {
			const id = places.file(place);
			if (id !== undefined) return id;
		}
		return undefined;
	}

	/** Paths that were not found since this was asked last. */
	takeUnmatched(): readonly string[] {
		const paths = [...this.#unmatched];
		this.#unmatched.clear();
		return paths;
	}

	/** How a capture reaches it; asks the media server only when what it told of the session does not say. */
	async media(played: Played, atS: number, signal: AbortSignal): Promise<SessionMedia> {
		const never = whyNever(played);
		if (never !== undefined) return { state: 'none', message: never };
		const direct = played.path === undefined ? undefined : this.find(played.path);
		if (direct !== undefined) return { state: 'file', media: direct };
		if (played.path !== undefined && readServerPath(played.path) !== undefined) {
			// A file that the media server reads itself it hands out, too.
			this.#unmatched.add(played.path);
			return this.#fromThere();
		}
		const versions = await this.#versions(played, signal);
		if (!versions.ok) return { state: 'none', message: faultText(this.#parts.source, versions.error) };
		const part = partAt(versions.value, played, atS);
		const path = part?.path ?? played.path;
		const found = path === undefined ? undefined : this.find(path);
		if (found !== undefined) return { state: 'file', media: found };
		if (path !== undefined) this.#unmatched.add(path);
		const product = PRODUCTS[this.#parts.source.kind];
		if (part?.bytes !== undefined) return this.#fromThere();
		return { state: 'none', message: this.#notHere(`${product} does not hand it out either.`) };
	}

	#fromThere(): SessionMedia {
		const product = PRODUCTS[this.#parts.source.kind];
		return { state: 'stream', message: this.#notHere(`It is read from ${product}, which is slower.`) };
	}

	/** `meanwhile`: what becomes of it so. */
	#notHere(meanwhile: string): string {
		if (this.#parts.library.places.beingRead) {
			return `The media folders are still being read, and its file was not met yet. ${meanwhile}`;
		}
		return `Its file is not found here. ${meanwhile} Say where the files lie under Settings, Media servers.`;
	}

	/** All that a capture of `atS` needs. */
	async details(played: Played, atS: number, signal: AbortSignal): Promise<Result<PlayingDetails, Failure>> {
		const never = whyNever(played);
		if (never !== undefined) return err(notCapturable(played, never));
		const versions = await this.#versions(played, signal);
		if (!versions.ok) {
			// The file itself may be here all the same.
			const file = await this.#file(played.path);
			if (file === undefined) return err(this.#failureOf(played, versions.error));
			const subtitle: PlayingSubtitle | undefined =
				played.shows?.index === undefined ? undefined : { kind: 'stream', index: played.shows.index };
			return ok({ media: { kind: 'file', file }, offsetS: 0, external: [], subtitle });
		}
		const part = partAt(versions.value, played, atS);
		const path = part?.path ?? played.path;
		const file = await this.#file(path);
		if (file === undefined && part?.bytes === undefined) {
			return err(
				notCapturable(played, this.#notHere(`${PRODUCTS[this.#parts.source.kind]} does not hand it out either.`)),
			);
		}
		const beside = (part?.subtitles ?? []).filter((one) => one.beside !== undefined && TEXT_CODECS.test(one.codec));
		return ok({
			media:
				file !== undefined
					? { kind: 'file', file }
					: { kind: 'stream', ...this.#parts.server.stream(part?.bytes ?? '') },
			offsetS: part?.offsetS ?? 0,
			external: beside.map((one, n) => this.#external(played, one, n)),
			subtitle: shownSubtitle(played, part, beside),
		});
	}

	async #file(path: string | undefined): Promise<MediaFile | undefined> {
		const id = path === undefined ? undefined : this.find(path);
		const found = id === undefined ? undefined : await this.#parts.library.find(id);
		if (found?.ok !== true) return undefined;
		try {
			await access(found.value.path, constants.R_OK);
			return found.value;
		} catch (thrown) {
			if (thrown instanceof Error && 'code' in thrown) return undefined;
			throw thrown;
		}
	}

	#external(played: Played, { beside = '', ...one }: ItemSubtitle, n: number): ExternalSubtitle {
		return {
			id: `e${n}`,
			...{ label: one.label, language: one.language, codec: one.codec, forced: one.forced },
			fetch: async (signal) => {
				const text = await this.#parts.server.text(beside, signal);
				return text.ok ? text : err(this.#failureOf(played, text.error));
			},
		};
	}

	#failureOf(played: Played, fault: SourceFault): Failure {
		if (['unreachable', 'too-slow', 'server-error'].includes(fault.problem)) {
			return { kind: 'source-offline', subject: played.title };
		}
		return notCapturable(played, faultText(this.#parts.source, fault));
	}

	/** Asked once for each state of an item, by whoever comes first. */
	async #versions(
		{ item, revision }: Played,
		signal: AbortSignal,
	): Promise<Result<readonly ItemVersion[], SourceFault>> {
		const key = `${item} ${revision}`;
		const now = this.#parts.now();
		const known = this.#items.get(key);
		if (known !== undefined && now - known.atMs < KNOWN_MS) {
			const answer = await known.answer.catch(() => undefined);
			if (answer?.ok === true || (answer !== undefined && now - known.atMs < FAILED_MS)) return answer;
		}
		const asked: Asked = { atMs: now, answer: this.#parts.server.files(item, signal) };
		this.#items.set(key, asked);
		const [oldest] = this.#items.keys();
		if (this.#items.size > MOST_ITEMS && oldest !== undefined) this.#items.delete(oldest);
		return asked.answer;
	}
}

function whyNever({ mediaKind }: Played): string | undefined {
	switch (mediaKind) {
		case 'live':
			return 'Live television is not kept in a file, so there is nothing to capture. Record it, then play the recording.';
		case 'music':
			return 'This is music: it has no picture to capture.';
		case 'photo':
			return 'This is a photo. Save it on the media server itself.';
		case 'movie':
		case 'episode':
		case 'clip':
			return undefined;
	}
}

const notCapturable = ({ title }: Played, detail: string): Failure => ({
	kind: 'not-capturable',
	subject: title,
	detail,
});

/** The part of the version that plays which shows second `atS`; past the end the last one. */
function partAt(versions: readonly ItemVersion[], { version, part }: Played, atS: number): ItemPart | undefined {
	const playing = versions.find(({ id }) => id === version) ?? versions[0];
	const parts = playing?.parts ?? [];
	// Where lengths are not told, times cannot be: the one that plays.
	if (parts.slice(0, -1).some(({ durationS }) => durationS === 0))
		return parts.find(({ id }) => id === part) ?? parts[0];
	return parts.findLast(({ offsetS }) => offsetS <= atS) ?? parts[0];
}

function shownSubtitle(
	{ shows }: Played,
	part: ItemPart | undefined,
	beside: readonly ItemSubtitle[],
): PlayingSubtitle | undefined {
	if (shows === undefined) return undefined;
	const external = beside.findIndex(({ id }) => id === shows.id);
	if (external >= 0) return { kind: 'external', id: `e${external}` };
	const index = part?.subtitles.find(({ id }) => id === shows.id)?.index ?? shows.index;
	return index === undefined ? undefined : { kind: 'stream', index };
}
