import type * as z from 'zod';
import { err, ok, type Result } from '#core/result';
import type { MediaServerAccess } from '../config.ts';
import { type Answer, ask } from './ask.ts';
import {
	EmbyFolders,
	JellyfinFolders,
	JellyfinItem,
	JellyfinItems,
	JellyfinSessions,
	PublicInfo,
} from './jellyfin-answers.ts';
import { jellyfinPlayed, jellyfinVersions } from './jellyfin-items.ts';
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
import { fromJson } from './plex-answers.ts';
import { unlikeIt } from './product-at.ts';
import { readText } from './read-text.ts';
import { PRODUCTS, type SourceFault } from './source-fault.ts';

/** Players that were heard of within this, in seconds. */
const ACTIVE_S = 960;

/** Jellyfin, and Emby, from which it came: nearly the same answers, another way to prove oneself. */
export class JellyfinServer implements MediaServer {
	readonly kind: 'jellyfin' | 'emby';
	/** Jellyfin adds a second each second; to add another would be to count twice. Emby hands out what players told. */
	readonly movesPositions: boolean;
	readonly #access: MediaServerAccess;
	readonly #times: ServerTimes;

	constructor(kind: 'jellyfin' | 'emby', access: MediaServerAccess, times: ServerTimes) {
		this.kind = kind;
		this.movesPositions = kind === 'jellyfin';
		this.#access = access;
		this.#times = times;
	}

	async check(signal: AbortSignal): Promise<Result<ServerAbout, SourceFault>> {
		// Without the key: it is for this product alone.
		const info = await this.#read('/System/Info/Public', PublicInfo, signal, { open: true });
		if (!info.ok) return err(await unlikeIt(info.error, this.#access, this.#times, signal));
		const product = info.value.ProductName === 'Jellyfin Server' ? 'jellyfin' : 'emby';
		if (product !== this.kind) return err({ problem: 'wrong-product', detail: PRODUCTS[product] });
		// Only administrators may ask for it.
		const folders = await this.#folders(signal);
		if (!folders.ok) return folders;
		return ok({ name: info.value.ServerName ?? PRODUCTS[this.kind], version: info.value.Version });
	}

	async playing(signal: AbortSignal): Promise<Result<readonly Played[], SourceFault>> {
		const answer = await this.#ask(`/Sessions?activeWithinSeconds=${ACTIVE_S}`, signal);
		if (!answer.ok) return answer;
		const told = JellyfinSessions.safeParse(fromJson(answer.value.body.toString()));
		if (!told.success) return err({ problem: 'bad-answer' });
		// Both dates are of the media server's own clock.
		const serverNowMs = answer.value.dateMs ?? this.#times.now();
		const played = told.data.map((one) => jellyfinPlayed(one, serverNowMs));
		if (played.length > 0 && played.every((one) => one === 'unreadable')) return err({ problem: 'bad-answer' });
		return ok(played.flatMap((one) => (one === undefined || one === 'unreadable' ? [] : [one])));
	}

	async files(item: string, signal: AbortSignal): Promise<Result<readonly ItemVersion[], SourceFault>> {
		const found = await this.#items(`ids=${item}&fields=MediaSources,Path`, signal);
		if (!found.ok) return found;
		const [first] = found.value;
		return first === undefined ? err({ problem: 'bad-answer', detail: 'missing' }) : ok(jellyfinVersions(first));
	}

	async libraries(signal: AbortSignal): Promise<Result<readonly ServerLibrary[], SourceFault>> {
		const folders = await this.#folders(signal);
		if (!folders.ok) return folders;
		const libraries: ServerLibrary[] = [];
		for (const { Name, Locations, ItemId, Id } of folders.value) {
			const parent = ItemId ?? Id ?? '';
			const query = `parentId=${parent}&recursive=true&includeItemTypes=Movie,Episode,Video,MusicVideo&fields=Path&limit=${SAMPLES}`;
			const items = /^[\w-]{1,40}$/.test(parent) ? await this.#items(query, signal) : ok([]);
			const samples = (items.ok ? items.value : []).flatMap(({ Path }) => Path ?? []);
			libraries.push({ name: Name, locations: Locations ?? [], samples });
		}
		return ok(libraries);
	}

	async picture(
		item: string,
		image: ImageKind,
		width: number,
		signal: AbortSignal,
	): Promise<Result<Buffer, SourceFault>> {
		const path = `/Items/${item}/Images/${image === 'art' ? 'Backdrop/0' : 'Primary'}?maxWidth=${width}&quality=90`;
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

	#folders(signal: AbortSignal) {
		return this.kind === 'emby'
			? this.#read('/Library/VirtualFolders/Query', EmbyFolders, signal)
			: this.#read('/Library/VirtualFolders', JellyfinFolders, signal);
	}

	async #items(query: string, signal: AbortSignal): Promise<Result<readonly JellyfinItem[], SourceFault>> {
		const answer = await this.#read(`/Items?${query}`, JellyfinItems, signal);
		if (!answer.ok) return answer;
		return ok(
			answer.value.Items.flatMap((one) => {
				const read = JellyfinItem.safeParse(one);
				return read.success ? [read.data] : [];
			}),
		);
	}

	async #read<T>(
		path: string,
		schema: z.ZodType<T>,
		signal: AbortSignal,
		{ open = false } = {},
	): Promise<Result<T, SourceFault>> {
		const answer = await this.#ask(path, signal, { open });
		if (!answer.ok) return answer;
		const read = schema.safeParse(fromJson(answer.value.body.toString()));
		return read.success ? ok(read.data) : err({ problem: 'bad-answer' });
	}

	#ask(
		path: string,
		signal: AbortSignal,
		{ open = false, maxBytes = LIMITS.answer, timeoutMs = this.#times.timeoutMs } = {},
	): Promise<Result<Answer, SourceFault>> {
		const headers = { Accept: 'application/json', ...(open ? {} : this.#headers()) };
		return ask(`${this.#access.address}${path}`, { headers, maxBytes, timeoutMs, signal });
	}

	/** From version 12 on Jellyfin takes no other header than this; Emby takes this one only. */
	#headers(): Readonly<Record<string, string>> {
		const { secret } = this.#access;
		if (this.kind === 'emby') return { 'X-Emby-Token': secret };
		const { client, device, id, version } = IDENTITY;
		const values = {
			Token: encodeURIComponent(secret),
			Client: client,
			Device: device,
			DeviceId: id,
			Version: version,
		};
		return {
			Authorization: `MediaBrowser ${Object.entries(values)
				.map(([name, value]) => `${name}="${value}"`)
				.join(', ')}`,
		};
	}
}
