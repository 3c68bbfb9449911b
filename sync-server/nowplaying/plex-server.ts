import type * as z from 'zod';
import { err, ok, type Result } from '#core/result';
import type { MediaServerAccess } from '../config.ts';
import { type Answer, ask } from './ask.ts';
import {
	IDENTITY,
	type ImageKind,
	type ItemVersion,
	LIMITS,
	type MediaServer,
	type Played,
	SAMPLES,
	type ServerAbout,
	type ServerLibrary,
	type ServerTimes,
} from './media-server.ts';
import { PlexAbout, PlexIdentity, PlexItem, PlexItems, PlexSections, readContainer } from './plex-answers.ts';
import { plexPlayed, plexVersions } from './plex-items.ts';
import { unlikeIt } from './product-at.ts';
import type { SourceFault } from './source-fault.ts';
import { readText } from './read-text.ts';

/** What is listed of a section, to find files in it: films, episodes, tracks. */
const LISTED: Readonly<Record<string, string>> = { movie: '1', show: '4', artist: '10' };
/** Height of a picture of a width, about as they are cut. */
const SHAPE: Readonly<Record<ImageKind, number>> = { poster: 1.5, thumb: 1.5, art: 0.5625 };

/** A Plex Media Server, asked for JSON; what answers XML all the same is understood too. */
export class PlexServer implements MediaServer {
	readonly kind = 'plex';
	readonly movesPositions = false;
	readonly #access: MediaServerAccess;
	readonly #times: ServerTimes;

	constructor(access: MediaServerAccess, times: ServerTimes) {
		this.#access = access;
		this.#times = times;
	}

	async check(signal: AbortSignal): Promise<Result<ServerAbout, SourceFault>> {
		// Without the token: it is for Plex alone.
		const identity = await this.#read('/identity', PlexIdentity, signal, { open: true });
		if (!identity.ok) return err(await unlikeIt(identity.error, this.#access, this.#times, signal));
		const about = await this.#read('/', PlexAbout, signal);
		if (!about.ok) return about;
		const playing = await this.#read('/status/sessions', PlexItems, signal);
		// The token is good, as the line before has shown: it is not the owner's.
		if (!playing.ok) return playing.error.problem === 'unauthorized' ? err({ problem: 'not-admin' }) : playing;
		return ok({ name: about.value.friendlyName ?? 'Plex', version: about.value.version });
	}

	async playing(signal: AbortSignal): Promise<Result<readonly Played[], SourceFault>> {
		const answer = await this.#items('/status/sessions', signal);
		return answer.ok ? ok(answer.value.flatMap((item) => plexPlayed(item) ?? [])) : answer;
	}

	async files(item: string, signal: AbortSignal): Promise<Result<readonly ItemVersion[], SourceFault>> {
		const answer = await this.#items(`/library/metadata/${item}`, signal);
		if (!answer.ok) return answer;
		const [found] = answer.value;
		return found === undefined ? err({ problem: 'bad-answer', detail: 'missing' }) : ok(plexVersions(found));
	}

	async libraries(signal: AbortSignal): Promise<Result<readonly ServerLibrary[], SourceFault>> {
		const sections = await this.#read('/library/sections', PlexSections, signal);
		if (!sections.ok) return sections;
		const libraries: ServerLibrary[] = [];
		for (const { key, type, title, Location } of sections.value.Directory) {
			const listed = LISTED[type];
			if (listed === undefined || !/^\d+$/.test(key)) continue;
			const path = `/library/sections/${key}/all?type=${listed}&X-Plex-Container-Start=0&X-Plex-Container-Size=${SAMPLES}`;
			const items = await this.#items(path, signal);
			const samples = (items.ok ? items.value : []).flatMap((item) =>
				plexVersions(item).flatMap(({ parts }) => parts.flatMap((part) => part.path ?? [])),
			);
			libraries.push({ name: title, locations: (Location ?? []).map((location) => location.path), samples });
		}
		return ok(libraries);
	}

	async picture(
		item: string,
		image: ImageKind,
		width: number,
		signal: AbortSignal,
	): Promise<Result<Buffer, SourceFault>> {
		const url = `/library/metadata/${item}/${image === 'art' ? 'art' : 'thumb'}`;
		const size = `width=${width}&height=${Math.round(width * SHAPE[image])}`;
		const path = `/photo/:/transcode?${size}&minSize=1&upscale=0&url=${encodeURIComponent(url)}`;
		const answer = await this.#ask(path, signal, { maxBytes: LIMITS.picture, timeoutMs: this.#times.pictureTimeoutMs });
		return answer.ok ? ok(answer.value.body) : answer;
	}

	async text(path: string, signal: AbortSignal): Promise<Result<string, SourceFault>> {
		const answer = await this.#ask(path, signal, { maxBytes: LIMITS.subtitle });
		return answer.ok ? ok(readText(answer.value.body)) : answer;
	}

	stream(path: string) {
		return { address: `${this.#access.address}${path}`, headers: this.#headers() };
	}

	async #items(path: string, signal: AbortSignal): Promise<Result<readonly PlexItem[], SourceFault>> {
		const answer = await this.#read(path, PlexItems, signal);
		if (!answer.ok) return answer;
		const told = answer.value.Metadata ?? [];
		const items = told.flatMap((one) => {
			const read = PlexItem.safeParse(one);
			return read.success ? [read.data] : [];
		});
		return items.length === 0 && told.length > 0 ? err({ problem: 'bad-answer' }) : ok(items);
	}

	async #read<T>(
		path: string,
		schema: z.ZodType<T>,
		signal: AbortSignal,
		{ open = false } = {},
	): Promise<Result<T, SourceFault>> {
		const answer = await this.#ask(path, signal, { open });
		return answer.ok ? readContainer(answer.value, schema) : answer;
	}

	#ask(
		path: string,
		signal: AbortSignal,
		{ open = false, maxBytes = LIMITS.answer, timeoutMs = this.#times.timeoutMs } = {},
	): Promise<Result<Answer, SourceFault>> {
		const headers = open ? IDENTIFIED : this.#headers();
		return ask(`${this.#access.address}${path}`, {
			headers: { Accept: 'application/json', ...headers },
			maxBytes,
			timeoutMs,
			signal,
		});
	}

	#headers(): Readonly<Record<string, string>> {
		return { ...IDENTIFIED, 'X-Plex-Token': this.#access.secret };
	}
}

const IDENTIFIED = {
	'X-Plex-Client-Identifier': IDENTITY.id,
	'X-Plex-Product': IDENTITY.client,
	'X-Plex-Version': IDENTITY.version,
	'X-Plex-Device-Name': IDENTITY.device,
};
