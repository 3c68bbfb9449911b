import * as z from 'zod';
import { exact, lenient, listOf, numeric, told, truth } from './told-values.ts';

/** Shapes of Jellyfin and Emby, with what we read of them. */

export const PublicInfo = z.object({
	Id: z.string().min(1),
	Version: exact,
	ServerName: lenient(told),
	/** Jellyfin only. */
	ProductName: lenient(exact),
});

const Stream = z.object({
	Index: numeric,
	Type: exact,
	Codec: lenient(told),
	Language: lenient(told),
	DisplayTitle: lenient(told),
	Title: lenient(told),
	IsExternal: lenient(truth),
	IsForced: lenient(truth),
});
export type JellyfinStream = z.infer<typeof Stream>;

const MediaSource = z.object({
	Id: exact,
	Path: lenient(exact),
	/** "File"; "Http" of what comes from the net. */
	Protocol: lenient(exact),
	RunTimeTicks: lenient(numeric),
	MediaStreams: lenient(listOf(Stream)),
});

export const JellyfinItem = z.object({
	Id: exact,
	Name: lenient(told),
	Type: exact,
	SeriesName: lenient(told),
	SeriesId: lenient(exact),
	SeriesPrimaryImageTag: lenient(exact),
	ParentIndexNumber: lenient(numeric),
	IndexNumber: lenient(numeric),
	ProductionYear: lenient(numeric),
	RunTimeTicks: lenient(numeric),
	Path: lenient(exact),
	Artists: lenient(listOf(told)),
	AlbumArtist: lenient(told),
	Album: lenient(told),
	ChannelName: lenient(told),
	CurrentProgram: lenient(z.object({ Name: lenient(told) })),
	ImageTags: lenient(z.object({ Primary: lenient(exact) })),
	Etag: lenient(exact),
	MediaStreams: lenient(listOf(Stream)),
	/** Sessions come without them. */
	MediaSources: lenient(listOf(MediaSource)),
});
export type JellyfinItem = z.infer<typeof JellyfinItem>;

export const JellyfinSession = z.object({
	Id: exact,
	UserName: lenient(told),
	DeviceName: lenient(told),
	Client: lenient(told),
	LastActivityDate: lenient(exact),
	LastPlaybackCheckIn: lenient(exact),
	/** Absent of a player that plays nothing. */
	NowPlayingItem: z.unknown().optional(),
	PlayState: lenient(
		z.object({
			PositionTicks: lenient(numeric),
			IsPaused: lenient(truth),
			SubtitleStreamIndex: lenient(numeric),
			MediaSourceId: lenient(exact),
			PlayMethod: lenient(exact),
			LiveStreamId: lenient(exact),
		}),
	),
});
export type JellyfinSession = z.infer<typeof JellyfinSession>;

export const JellyfinSessions = z.array(z.unknown());
export const JellyfinItems = z.object({ Items: z.array(z.unknown()) });

const Folder = z.object({ Name: told, Locations: lenient(listOf(exact)), ItemId: lenient(exact), Id: lenient(exact) });
export const JellyfinFolders = z.array(Folder);
export const EmbyFolders = z.object({ Items: z.array(Folder) }).transform(({ Items }) => Items);
