import { type FakeAnswer, FakeServer, type HeardRequest, json } from './fake-server.ts';
import { pictureAnswer } from './pictures.ts';
import {
	durationOf,
	type FakeItem,
	type FakeLibrary,
	type FakePlay,
	type FakeStream,
	type FakeVersion,
	hexId,
	toldPosition,
} from './stage.ts';

const TICKS = 10_000_000;
const TYPES = {
	movie: 'Movie',
	episode: 'Episode',
	clip: 'Video',
	track: 'Audio',
	photo: 'Photo',
	live: 'TvChannel',
} as const;

/** Jellyfin of the version that is set, and Emby, which is nearly the same. */
export class FakeJellyfin extends FakeServer {
	readonly flavour: 'jellyfin' | 'emby';
	/** Made by the administrator: sees everything. */
	apiKey: string;
	/** Of a user who is none: sees what they play themselves. */
	userToken: string;
	name: string;
	version: string;
	plays: FakePlay[] = [];
	libraries: FakeLibrary[] = [];
	others: FakeItem[] = [];

	constructor(flavour: 'jellyfin' | 'emby' = 'jellyfin', version?: '10.10.7' | '10.11.3' | '12.0.0') {
		super();
		this.flavour = flavour;
		const emby = flavour === 'emby';
		this.apiKey = emby ? 'embykeydonottell00000000000000ab' : 'jellykeydonottell0000000000000ab';
		this.userToken = emby ? 'embyuserdonottell000000000000000' : 'jellyuserdonottell00000000000000';
		this.name = emby ? 'Den' : 'Cellar';
		this.version = version ?? (emby ? '4.9.1.90' : '10.11.3');
	}

	/** How this product writes an id. */
	idOf = (id: number): string => (this.flavour === 'emby' ? String(id) : hexId(id));

	protected isOpen = (path: string): boolean => /^\/System\/Info\/Public$|^\/Items\/\w+\/Images\//.test(path);

	protected authorize({ headers, query }: HeardRequest): 'owner' | 'guest' | 'nobody' {
		const token = this.#token(headers, query);
		if (token === this.apiKey) return 'owner';
		return token === this.userToken ? 'guest' : 'nobody';
	}

	#token(headers: HeardRequest['headers'], query: URLSearchParams): string | undefined {
		const [, scheme, values = ''] = /^(\w+) (.*)$/.exec(headers['authorization'] ?? '') ?? [];
		const told = /(?:^|[\s,])Token="([^"]*)"/.exec(values)?.[1];
		const old = headers['x-emby-token'] ?? headers['x-mediabrowser-token'] ?? query.get('api_key') ?? undefined;
		if (this.flavour === 'emby') return old ?? (scheme === 'Emby' || scheme === 'MediaBrowser' ? told : undefined);
		const now = (scheme === 'MediaBrowser' ? told : undefined) ?? query.get('ApiKey') ?? undefined;
		// EnableLegacyAuthorization is off from 12 on.
		return (
			now ?? (Number(this.version.split('.')[0]) >= 12 ? undefined : (old ?? (scheme === 'Emby' ? told : undefined)))
		);
	}

	protected nonsense = (): FakeAnswer => json([{ Id: 7, NowPlayingItem: 'yes', PlayState: [] }]);

	#items(): FakeItem[] {
		return [...this.libraries.flatMap(({ items }) => items), ...this.others, ...this.plays.map(({ item }) => item)];
	}

	#find = (id: string | undefined): FakeItem | undefined => this.#items().find((item) => this.idOf(item.id) === id);

	protected async answer(request: HeardRequest, who: string): Promise<FakeAnswer | undefined> {
		if (this.odd.wrongProduct) return { type: 'text/html', body: '<!doctype html><title>Router</title>' };
		const { path, query } = request;
		if (path === '/System/Info/Public') {
			const about = { LocalAddress: this.url, ServerName: this.name, Version: this.version, Id: 'fake0server' };
			return json(
				this.flavour === 'emby' ? about : { ...about, ProductName: 'Jellyfin Server', StartupWizardCompleted: true },
			);
		}
		if (path === '/Sessions') return json(this.#sessions(who));
		if (path === '/Library/VirtualFolders' || path === '/Library/VirtualFolders/Query') {
			if (who !== 'owner') return { status: 403, body: '' };
			const folders = this.libraries.map(({ id, name, kind, locations }) => ({
				...{
					Name: name,
					Locations: locations,
					CollectionType: kind === 'show' ? 'tvshows' : 'movies',
					ItemId: this.idOf(id),
				},
			}));
			if (path.endsWith('Query')) return this.flavour === 'emby' ? json({ Items: folders }) : undefined;
			return json(folders);
		}
		if (path === '/Items') return json(this.#list(query));
		const [, , id, kind, more] = path.split('/');
		const item = this.#find(id);
		if (item === undefined) return undefined;
		if (path.startsWith('/Items/') && kind === 'Images')
			return pictureAnswer(item.picture ?? 'jpeg', more !== 'Primary');
		if (path.startsWith('/Items/') && kind === undefined) return json(this.#full(item));
		if (!path.startsWith('/Videos/')) return undefined;
		const source = item.versions.find((version) => this.#sourceId(item, version) === kind);
		if (kind === 'stream' || kind?.startsWith('stream.') === true) {
			const wanted = item.versions.find((version) => this.#sourceId(item, version) === query.get('mediaSourceId'));
			const file = wanted?.parts[0]?.file;
			return file === undefined || query.get('static') !== 'true'
				? undefined
				: { type: 'video/x-matroska', body: { file } };
		}
		const [, index] = /^\/Videos\/\w+\/\w+\/Subtitles\/(\d+)\/(?:\d+\/)?Stream\.\w+$/.exec(path) ?? [];
		const text = source === undefined ? undefined : listed(source).find(({ Index }) => String(Index) === index)?.text;
		return text === undefined ? undefined : { type: 'text/plain', body: text };
	}

	#list(query: URLSearchParams) {
		const ids = (query.get('ids') ?? query.get('Ids'))?.split(',');
		const parent = query.get('parentId') ?? query.get('ParentId');
		const limit = Number(query.get('limit') ?? query.get('Limit') ?? 1000);
		const found =
			ids !== undefined
				? ids.flatMap((id) => this.#find(id) ?? [])
				: (this.libraries.find(({ id }) => this.idOf(id) === parent)?.items ?? []);
		const items = found.slice(0, limit).map((item) => this.#full(item));
		return { Items: items, TotalRecordCount: found.length, StartIndex: 0 };
	}

	#sessions(who: string): unknown[] {
		const seen = who === 'owner' ? this.plays : this.plays.filter(({ user }) => user === 'Guest');
		return seen.map((play) => {
			const now = this.now();
			const jellyfin = this.flavour === 'jellyfin';
			// Jellyfin moves the position on every second by itself; Emby hands out what the player told last.
			const told = toldPosition(play, now, jellyfin ? 1 : 10);
			const checkIn = new Date(now - (play.silentS ?? 3) * 1000).toISOString().replace('Z', '0000Z');
			const { item } = play;
			const version = item.versions.find(({ id }) => id === play.version) ?? item.versions[0];
			const streams = version === undefined ? [] : listed(version);
			return {
				...{
					Id: play.id,
					UserId: this.idOf(1),
					UserName: play.user,
					Client: 'Jellyfin Android TV',
					DeviceName: play.device,
				},
				...{
					DeviceId: 'device-1',
					ApplicationVersion: '0.18.1',
					RemoteEndPoint: '192.0.2.44',
					LastActivityDate: checkIn,
				},
				...(jellyfin && { LastPlaybackCheckIn: checkIn, IsActive: true }),
				PlayState:
					play.idle === true
						? { CanSeek: false, IsPaused: false, IsMuted: false, RepeatMode: 'RepeatNone' }
						: {
								...{ PositionTicks: Math.round(told * TICKS), CanSeek: true, IsPaused: play.state === 'paused' },
								...{ AudioStreamIndex: 1, PlayMethod: play.transcoding === true ? 'Transcode' : 'DirectPlay' },
								...(play.subtitle !== undefined && {
									SubtitleStreamIndex: streams.find(({ key }) => key === play.subtitle)?.Index ?? -1,
								}),
								...(version !== undefined && { MediaSourceId: this.#sourceId(item, version) }),
							},
				...(play.idle !== true && { NowPlayingItem: this.#playing(item, streams) }),
				...(play.transcoding === true && { TranscodingInfo: { VideoCodec: 'h264', IsVideoDirect: false } }),
			};
		});
	}

	/** Without MediaSources: sessions are sent without them. Its path is that of the first version, whichever plays. */
	#playing(item: FakeItem, streams: readonly Listed[]) {
		return { ...this.#common(item), MediaStreams: streams.map(shown) };
	}

	#full(item: FakeItem) {
		const sources = item.versions.map((version) => ({
			...{ Id: this.#sourceId(item, version), Path: version.parts[0]?.path, Protocol: 'File', Container: 'mkv' },
			RunTimeTicks: Math.round((version.parts[0]?.durationS ?? 0) * TICKS),
			MediaStreams: listed(version).map(shown),
		}));
		return { ...this.#common(item), MediaSources: sources };
	}

	#common(item: FakeItem) {
		const durationS = durationOf(item);
		const pictured = item.picture !== 'none';
		return {
			...{ Id: this.idOf(item.id), ServerId: 'fake0server', Name: item.title, Type: TYPES[item.type] },
			...{ MediaType: item.type === 'track' ? 'Audio' : 'Video', ProductionYear: item.year },
			...{ SeriesName: item.series, SeasonName: item.season === undefined ? undefined : `Season ${item.season}` },
			...{ ParentIndexNumber: item.season, IndexNumber: item.episode },
			...(item.series !== undefined && { SeriesId: this.idOf(item.id + 500_000), SeriesPrimaryImageTag: 'b' }),
			...(item.artist !== undefined && { AlbumArtist: item.artist, Artists: [item.artist], Album: item.album }),
			...(item.extra === true && { ExtraType: 'Trailer' }),
			...(durationS > 0 && item.type !== 'live' && { RunTimeTicks: Math.round(durationS * TICKS) }),
			...(item.type !== 'live' && { Path: item.versions[0]?.parts[0]?.path }),
			...(item.type === 'live' && { ChannelName: item.title, CurrentProgram: { Name: 'The News' } }),
			...{ ImageTags: pictured ? { Primary: 'a' } : {}, BackdropImageTags: pictured ? ['c'] : [] },
		};
	}

	/** The first version has the id of its item, as in Jellyfin. */
	#sourceId(item: FakeItem, version: FakeVersion): string {
		if (this.flavour === 'emby') return `mediasource_${version.id}`;
		return item.versions[0] === version ? this.idOf(item.id) : this.idOf(version.id);
	}
}

type Listed = ReturnType<typeof listed>[number];

/** Files beside the film come after its own streams. */
function listed({ parts }: FakeVersion) {
	const streams = parts[0]?.streams ?? [];
	let last = Math.max(-1, ...streams.map(({ index }) => index ?? -1));
	return streams.map((stream: FakeStream) => {
		const external = stream.index === undefined;
		return {
			key: stream.id,
			text: stream.text,
			Index: stream.index ?? (last += 1),
			Type: stream.type === 'video' ? 'Video' : stream.type === 'audio' ? 'Audio' : 'Subtitle',
			...{ Codec: stream.codec, Language: stream.language, DisplayTitle: stream.title, Title: stream.title },
			...{
				IsExternal: external,
				IsForced: stream.forced === true,
				IsTextSubtitleStream: !/pgs|dvd/.test(stream.codec),
			},
			...(external && { Path: '/data/beside.srt', DeliveryMethod: 'External' }),
		};
	});
}

function shown({ key: _key, text: _text, ...told }: Listed) {
	return told;
}
