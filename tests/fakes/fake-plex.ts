import { type FakeAnswer, FakeServer, type HeardRequest } from './fake-server.ts';
import { pictureAnswer } from './pictures.ts';
import { asJson, asXml, type PlexNode } from './plex-tree.ts';
import {
	durationOf,
	type FakeItem,
	type FakeLibrary,
	type FakePart,
	type FakePlay,
	type FakeStream,
	type FakeVersion,
	toldPosition,
} from './stage.ts';

const STREAM_TYPE = { video: 1, audio: 2, subtitle: 3 } as const;
/** Players tell where they are every ten seconds. */
const TOLD_EVERY_S = 10;

/** A Plex Media Server. Answers JSON when asked for it, XML otherwise. */
export class FakePlex extends FakeServer {
	/** Of the owner. */
	token = 'PlexOwnerTokenDoNotTell1';
	/** Of somebody the server is shared with: may not see what others play. */
	guestToken = 'PlexGuestTokenDoNotTell2';
	/** Newer servers say 403 to guests, older ones 401. */
	guestStatus = 403;
	name = 'Attic';
	version = '1.42.2.10156-f737b826c';
	/** Answers XML whatever is asked for, as before 2015. */
	xmlOnly = false;
	plays: FakePlay[] = [];
	libraries: FakeLibrary[] = [];
	/** In no library, but can be asked for. */
	others: FakeItem[] = [];

	protected isOpen = (path: string): boolean => path === '/identity';

	protected authorize({ headers, query }: HeardRequest): 'owner' | 'guest' | 'nobody' {
		const token = headers['x-plex-token'] ?? query.get('X-Plex-Token');
		if (token === this.token) return 'owner';
		return token === this.guestToken ? 'guest' : 'nobody';
	}

	protected nonsense(request: HeardRequest): FakeAnswer {
		return this.#say(request, { tag: 'Response', attributes: { status: 'odd' } });
	}

	#items(): FakeItem[] {
		return [...this.libraries.flatMap(({ items }) => items), ...this.others, ...this.plays.map(({ item }) => item)];
	}

	#say({ headers }: HeardRequest, container: PlexNode): FakeAnswer {
		const inJson = !this.xmlOnly && headers['accept']?.includes('application/json') === true;
		return inJson
			? { type: 'application/json', body: asJson(container) }
			: { type: 'text/xml;charset=utf-8', body: asXml(container) };
	}

	protected async answer(request: HeardRequest, who: string): Promise<FakeAnswer | undefined> {
		if (this.odd.wrongProduct) return { type: 'text/html', body: '<!doctype html><title>NAS</title>' };
		const { path, query } = request;
		const say = (attributes: PlexNode['attributes'], children: readonly PlexNode[] = []): FakeAnswer =>
			this.#say(request, { tag: 'MediaContainer', attributes: { size: children.length, ...attributes }, children });
		const [, first, second, third, fourth] = path.split('/');
		if (path === '/identity') {
			return say({ claimed: true, machineIdentifier: 'fake0plex', version: this.version });
		}
		if (path === '/') {
			return say({ friendlyName: this.name, machineIdentifier: 'fake0plex', version: this.version, platform: 'Linux' });
		}
		if (path === '/status/sessions') {
			if (who !== 'owner') return { status: this.guestStatus, type: 'text/html', body: '<h1>Forbidden</h1>' };
			return say(
				{},
				this.plays.filter(({ idle }) => idle !== true).map((play) => this.#play(play)),
			);
		}
		if (path === '/photo/:/transcode') {
			const [, item, kind] = /^\/library\/metadata\/(\d+)\/(\w+)/.exec(query.get('url') ?? '') ?? [];
			const found = this.#items().find(({ id }) => String(id) === item);
			return found === undefined ? undefined : pictureAnswer(found.picture ?? 'jpeg', kind === 'art');
		}
		if (first !== 'library') return undefined;
		if (second === 'metadata') {
			const item = this.#items().find(({ id }) => String(id) === third);
			if (item === undefined) return undefined;
			if (fourth !== undefined) return pictureAnswer(item.picture ?? 'jpeg', fourth === 'art');
			return say({ librarySectionID: item.section }, [itemNode(item)]);
		}
		if (second === 'sections' && third === undefined) return say({}, this.libraries.map(libraryNode));
		if (second === 'sections' && fourth === 'all') {
			const library = this.libraries.find(({ id }) => String(id) === third);
			if (library === undefined) return undefined;
			const count = Number(request.headers['x-plex-container-size'] ?? query.get('X-Plex-Container-Size') ?? 1000);
			// Without type=4 a library of series lists the series, which have no files.
			const listed = library.kind === 'show' && query.get('type') !== '4' ? [] : library.items;
			return say(
				{ totalSize: listed.length },
				listed.slice(0, count).map((item) => itemNode(item)),
			);
		}
		const parts = this.#items().flatMap(({ versions }) => versions.flatMap((version) => version.parts));
		if (second === 'parts') {
			const file = parts.find(({ id }) => String(id) === third)?.file;
			return file === undefined ? undefined : { type: 'video/x-matroska', body: { file } };
		}
		if (second === 'streams') {
			const stream = parts.flatMap(({ streams }) => streams).find(({ id }) => String(id) === third);
			return stream?.text === undefined ? undefined : { type: 'text/plain', body: stream.text };
		}
		return undefined;
	}

	#play(play: FakePlay): PlexNode {
		const { item, transcoding = false } = play;
		const version = item.versions.find(({ id }) => id === play.version) ?? item.versions[0];
		const part = version?.parts.find(({ id }) => id === play.part) ?? version?.parts[0];
		const shown = version === undefined || part === undefined ? [] : [playedMedia(play, version, part)];
		const node = itemNode(item);
		const live = item.type === 'live';
		return {
			tag: node.tag,
			attributes: {
				...node.attributes,
				sessionKey: play.id.replace(/\D/g, '') || '1',
				viewOffset: Math.round(toldPosition(play, this.now(), TOLD_EVERY_S) * 1000),
				...(live && { live: '1', duration: undefined }),
			},
			children: [
				...shown,
				{ tag: 'User', attributes: { id: '1', title: play.user, thumb: 'https://plex.tv/users/1/avatar' } },
				{
					tag: 'Player',
					attributes: {
						...{
							address: '192.0.2.44',
							machineIdentifier: 'player-1',
							product: 'Plex for Android (TV)',
							platform: 'Android',
						},
						...{ state: play.state, title: play.device, local: true },
					},
				},
				{ tag: 'Session', attributes: { id: play.id, bandwidth: 1981, location: 'lan' } },
				...(transcoding
					? [
							{
								tag: 'TranscodeSession',
								attributes: { key: '/transcode/sessions/x', videoDecision: 'transcode', progress: 12.5 },
							},
						]
					: []),
			],
		};
	}
}

/** What the player gets: while it is transcoded, the size of the copy and no file. */
function playedMedia(play: FakePlay, version: FakeVersion, part: FakePart): PlexNode {
	const media = mediaNode(version, [part], play.subtitle);
	if (play.transcoding !== true) return { ...media, attributes: { ...media.attributes, selected: true } };
	return {
		tag: 'Media',
		attributes: { id: String(version.id), selected: true, width: 720, height: 404, container: 'mp4', protocol: 'dash' },
		children: [
			{
				tag: 'Part',
				attributes: { id: String(part.id), container: 'mp4', protocol: 'dash', decision: 'transcode', selected: true },
				children: part.streams.map((stream) => streamNode(stream, stream.id === play.subtitle)),
			},
		],
	};
}

function itemNode(item: FakeItem): PlexNode {
	const picture = item.picture === 'none' ? undefined : `/library/metadata/${item.id}/thumb/1619533890`;
	const durationS = durationOf(item);
	return {
		tag: item.type === 'track' ? 'Track' : item.type === 'photo' ? 'Photo' : 'Video',
		attributes: {
			...{ ratingKey: String(item.id), key: `/library/metadata/${item.id}`, guid: `plex://${item.type}/${item.id}` },
			...{ type: item.type === 'live' ? 'movie' : item.type, title: item.title, year: item.year },
			grandparentTitle: item.series ?? item.artist,
			parentTitle: item.album ?? (item.season === undefined ? undefined : `Season ${item.season}`),
			...{ parentIndex: item.season, index: item.episode },
			...(durationS > 0 && { duration: Math.round(durationS * 1000) }),
			librarySectionID: item.section === undefined ? undefined : String(item.section),
			...(item.extra === true && { extraType: '1', subtype: 'trailer' }),
			...{ thumb: picture, art: picture?.replace('thumb', 'art'), addedAt: 1619533889, updatedAt: 1619533890 },
		},
		children: item.versions.map((version) => mediaNode(version, version.parts)),
	};
}

function mediaNode(
	{ id, width, height, parts: all }: FakeVersion,
	parts: readonly FakePart[],
	subtitle?: number,
): PlexNode {
	const durationS = all.reduce((sum, part) => sum + part.durationS, 0);
	return {
		tag: 'Media',
		attributes: {
			...{ id, width, height, videoResolution: String(height), videoCodec: 'h264', container: 'mkv' },
			duration: Math.round(durationS * 1000),
		},
		children: parts.map((part) => ({
			tag: 'Part',
			attributes: {
				...{ id: part.id, key: `/library/parts/${part.id}/1619533889/file.mkv`, container: 'mkv' },
				...{ duration: Math.round(part.durationS * 1000), file: part.path, decision: 'directplay', selected: true },
			},
			children: part.streams.map((stream) => streamNode(stream, stream.id === subtitle)),
		})),
	};
}

function streamNode(
	{ id, index, type, codec, language, title, forced, text }: FakeStream,
	selected: boolean,
): PlexNode {
	return {
		tag: 'Stream',
		attributes: {
			...{ id, streamType: STREAM_TYPE[type], index, codec, languageCode: language, language, title },
			...(forced === true && { forced: true }),
			...(selected && { selected: true }),
			...(text !== undefined && { key: `/library/streams/${id}` }),
		},
	};
}

const libraryNode = ({ id, name, kind, locations }: FakeLibrary): PlexNode => ({
	tag: 'Directory',
	attributes: { key: String(id), type: kind, title: name },
	children: locations.map((path, n) => ({ tag: 'Location', attributes: { id: n + 1, path } })),
});
