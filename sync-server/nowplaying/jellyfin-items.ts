import type { MediaKind } from '#contract/sessions';
import { JellyfinItem, JellyfinSession, type JellyfinStream } from './jellyfin-answers.ts';
import type { ItemSubtitle, ItemVersion, Played } from './media-server.ts';
import { cleanKey, episodeLine, filled, isItemId } from './told-values.ts';

const TICKS = 10_000_000;
/** A player that says it plays tells so every ten seconds; one that has not for this long is gone. */
const SILENT_MS = 90_000;

const KINDS: Readonly<Record<string, MediaKind>> = {
	Movie: 'movie',
	Episode: 'episode',
	Video: 'clip',
	Trailer: 'clip',
	MusicVideo: 'clip',
	Audio: 'music',
	AudioBook: 'music',
	Photo: 'photo',
	TvChannel: 'live',
	LiveTvChannel: 'live',
	Program: 'live',
	LiveTvProgram: 'live',
};

/** `unreadable`: not of the shape; undefined: a player that plays nothing, or is gone. */
export function jellyfinPlayed(told: unknown, serverNowMs: number): Played | 'unreadable' | undefined {
	const session = JellyfinSession.safeParse(told);
	if (!session.success) return 'unreadable';
	const { Id, UserName, DeviceName, Client, NowPlayingItem, PlayState } = session.data;
	if (NowPlayingItem === undefined || NowPlayingItem === null) return undefined;
	const read = JellyfinItem.safeParse(NowPlayingItem);
	if (!read.success) return 'unreadable';
	const item = read.data;
	const paused = PlayState?.IsPaused === true;
	const mediaKind = PlayState?.LiveStreamId === undefined ? KINDS[item.Type] : (liveKind(item) ?? KINDS[item.Type]);
	if (mediaKind === undefined || !isItemId(plain(item.Id))) return undefined;
	if (!paused && serverNowMs - heardMs(session.data) > SILENT_MS) return undefined;
	const [user, device] = [filled(UserName), filled(DeviceName) ?? filled(Client)];
	const version = PlayState?.MediaSourceId;
	const picture = pictureOf(item);
	// The path is that of the first version, whose id is the item's; Emby's ids do not tell.
	const sure = item.Path !== undefined && (version === undefined || plain(version) === plain(item.Id));
	const index = PlayState?.SubtitleStreamIndex ?? -1;
	const shows = item.MediaStreams?.find((stream) => stream.Index === index);
	return {
		key: cleanKey(Id),
		item: plain(item.Id),
		...titlesOf(item, mediaKind),
		...(item.ProductionYear !== undefined && Number.isInteger(item.ProductionYear) && { year: item.ProductionYear }),
		...(user !== undefined && { user }),
		...(device !== undefined && { device }),
		mediaKind,
		state: paused ? 'paused' : 'playing',
		toldS: Math.max(0, (PlayState?.PositionTicks ?? 0) / TICKS),
		...((item.RunTimeTicks ?? 0) > 0 && mediaKind !== 'live' && { durationS: (item.RunTimeTicks ?? 0) / TICKS }),
		transcoding: PlayState?.PlayMethod === 'Transcode',
		...(picture !== undefined && { picture }),
		...(version !== undefined && { version }),
		...(sure && item.Path !== undefined && { path: item.Path }),
		revision: item.Etag ?? '',
		...(shows !== undefined && {
			shows: { id: String(index), ...(shows.IsExternal !== true && { index }) },
		}),
	};
}

/** Ids are written with dashes by some versions. */
const plain = (id: string): string => id.replaceAll('-', '').toLowerCase();

const liveKind = ({ Type, Path }: JellyfinItem): MediaKind | undefined =>
	// A film that is opened as a stream has a path; a channel has none.
	Path === undefined && KINDS[Type] !== 'music' ? 'live' : undefined;

/** When the player was last heard of, by the clock of the media server; now, where that is not told. */
function heardMs({ LastPlaybackCheckIn, LastActivityDate }: JellyfinSession): number {
	const dates = [LastPlaybackCheckIn, LastActivityDate].map((date) => Date.parse(date ?? ''));
	// The first of January of the year 1 stands for "never".
	return dates.find((date) => date > 0) ?? Infinity;
}

function titlesOf(item: JellyfinItem, kind: MediaKind): { title: string; subtitle?: string } {
	const name = filled(item.Name) ?? 'Untitled';
	const series = filled(item.SeriesName);
	if (kind === 'episode' && series !== undefined) {
		return { title: series, subtitle: episodeLine(item.ParentIndexNumber, item.IndexNumber, item.Name ?? '') };
	}
	const artist = filled(item.AlbumArtist) ?? filled(item.Artists?.join(', '));
	const more =
		kind === 'music' ? [artist, filled(item.Album)] : kind === 'live' ? [filled(item.CurrentProgram?.Name)] : [];
	const line = more.filter((part) => part !== undefined).join(' — ');
	return line === '' ? { title: name } : { title: name, subtitle: line };
}

function pictureOf({ Id, Type, ImageTags, SeriesId, SeriesPrimaryImageTag }: JellyfinItem): Played['picture'] {
	if (ImageTags?.Primary !== undefined) return { item: plain(Id), image: Type === 'Movie' ? 'poster' : 'thumb' };
	if (SeriesId === undefined || SeriesPrimaryImageTag === undefined || !isItemId(plain(SeriesId))) return undefined;
	return { item: plain(SeriesId), image: 'poster' };
}

/** The files of an item, each version one. */
export function jellyfinVersions(item: JellyfinItem): readonly ItemVersion[] {
	return (item.MediaSources ?? []).map((source) => {
		const safe = /^[\w-]{1,80}$/.test(source.Id);
		const base = `/Videos/${plain(item.Id)}`;
		const subtitles = (source.MediaStreams ?? [])
			.filter(({ Type }) => Type === 'Subtitle')
			.map((stream) => subtitleOf(stream, safe ? `${base}/${source.Id}` : undefined));
		return {
			id: source.Id,
			parts: [
				{
					...{ id: source.Id, offsetS: 0, durationS: (source.RunTimeTicks ?? item.RunTimeTicks ?? 0) / TICKS },
					...(source.Path !== undefined && { path: source.Path }),
					...(safe &&
						(source.Protocol ?? 'File') === 'File' && {
							bytes: `${base}/stream?static=true&mediaSourceId=${source.Id}`,
						}),
					subtitles,
				},
			],
		};
	});
}

/** How the file of a codec ends. */
const ENDINGS: Readonly<Record<string, string>> = { subrip: 'srt', webvtt: 'vtt' };

function subtitleOf(stream: JellyfinStream, base: string | undefined): ItemSubtitle {
	const { Index, Codec = 'unknown', Language, DisplayTitle, Title, IsExternal } = stream;
	const ending = ENDINGS[Codec.toLowerCase()] ?? Codec.toLowerCase();
	const beside = IsExternal === true && base !== undefined && /^[a-z]{2,6}$/.test(ending);
	const language = filled(Language);
	return {
		...{ id: String(Index), codec: Codec, forced: stream.IsForced === true },
		...(IsExternal !== true && { index: Index }),
		...(beside && { beside: `${base}/Subtitles/${Index}/Stream.${ending}` }),
		label: filled(DisplayTitle) ?? filled(Title) ?? language ?? 'Subtitles',
		...(language !== undefined && { language }),
	};
}
