import type { FakeJellyfin } from './fake-jellyfin.ts';
import type { FakePlex } from './fake-plex.ts';
import { type Films, srtOf } from './films.ts';
import { type FakeItem, type FakePart, fakeFilm, fakePart, fakePlay, type FakeStream } from './stage.ts';

/** Ids of the subtitles of the films of an evening. */
export const SUBTITLES = { english: 11, german: 12, beside: 13 } as const;

const streams = (besideText: string): readonly FakeStream[] => [
	{ id: 1, index: 0, type: 'video', codec: 'h264' },
	{ id: 2, index: 1, type: 'audio', codec: 'aac', language: 'eng' },
	{ id: SUBTITLES.english, index: 2, type: 'subtitle', codec: 'srt', language: 'eng', title: 'English' },
	{ id: SUBTITLES.german, index: 3, type: 'subtitle', codec: 'ass', language: 'ger', title: 'German' },
	{
		id: SUBTITLES.beside,
		type: 'subtitle',
		codec: 'srt',
		language: 'fre',
		title: 'French',
		forced: true,
		text: besideText,
	},
];

export interface Servers {
	readonly plex: FakePlex;
	readonly jellyfin: FakeJellyfin;
	readonly emby: FakeJellyfin;
}

/** The films as items; `seen` is how a media server writes the path of a file. */
export function eveningItems(films: Films, seen: (file: string) => string = (file) => file) {
	const part = (file: string, durationS: number, more: Partial<FakePart> = {}): FakePart =>
		fakePart(seen(file), durationS, { file, ...more });
	const version = (...parts: FakePart[]) => [{ id: parts[0]!.id + 7000, width: 1280, height: 720, parts }];
	const walk: FakeItem = {
		...fakeFilm(''),
		...{ id: 4101, title: 'Big Walk', year: 2021 },
		versions: version(part(films.walk, 600, { streams: streams(srtOf(600, 'French')) })),
	};
	const pilot: FakeItem = {
		...fakeFilm(''),
		...{ id: 4102, type: 'episode', series: 'Show & Tell', season: 1, episode: 4, title: "It's a pilot", section: 2 },
		versions: version(part(films.pilot, 60, { streams: streams(srtOf(60, 'French')) })),
	};
	const halves: FakeItem = {
		...fakeFilm(''),
		...{ id: 4103, title: 'Two Halves', year: 1999 },
		versions: version(part(films.halves[0], 60), part(films.halves[1], 60)),
	};
	const away = fakeFilm('/somewhere/else/Far Away.mkv', { id: 4104, title: 'Far Away', year: 2003, durationS: 600 });
	const far: FakeItem = {
		...away,
		versions: version(fakePart('/somewhere/else/Far Away.mkv', 600, { file: films.walk })),
	};
	const news: FakeItem = { id: 4105, type: 'live', title: 'Channel 4', versions: [] };
	const song: FakeItem = {
		...fakeFilm('/data/music/Song.flac', { durationS: 200 }),
		...{ id: 4106, type: 'track', title: 'Slow Song', artist: 'The Band', album: 'First' },
	};
	return { walk, pilot, halves, far, news, song };
}

/** Sets all three servers playing: what an evening at home looks like. */
export function startEvening({ plex, jellyfin, emby }: Servers, films: Films): void {
	const remote = eveningItems(films, (file) => `/data${file.slice(films.folder.length)}`);
	const local = eveningItems(films);
	const libraries = (root: string, items: ReturnType<typeof eveningItems>) => [
		{ id: 1, name: 'Films', kind: 'movie' as const, locations: [`${root}/Films`], items: [items.walk, items.halves] },
		{ id: 2, name: 'TV', kind: 'show' as const, locations: [`${root}/TV`], items: [items.pilot] },
	];
	plex.libraries = libraries('/data', remote);
	for (const server of [jellyfin, emby]) server.libraries = libraries(films.folder, local);
	const loops = true;
	plex.plays = [
		fakePlay(remote.walk, { loops, user: 'Ada', device: 'SHIELD', positionS: 125, subtitle: SUBTITLES.english }),
		fakePlay(remote.halves, { loops, user: 'Ben', device: 'iPad', positionS: 70, transcoding: true }),
		fakePlay(remote.song, { loops, user: 'Cleo', device: 'Kitchen' }),
	];
	jellyfin.plays = [
		fakePlay(local.pilot, { loops, user: 'Dan', device: 'Living room', positionS: 12, subtitle: SUBTITLES.german }),
		fakePlay(local.news, { user: 'Eve', device: 'Bedroom' }),
		fakePlay(local.walk, { user: 'Fay', device: 'Phone', idle: true }),
	];
	emby.plays = [
		fakePlay(local.far, { loops, user: 'Gus', device: 'Firefox', positionS: 200, state: 'paused' }),
		fakePlay(local.walk, { loops, user: 'Hal', device: 'Roku', positionS: 300, subtitle: SUBTITLES.beside }),
	];
}
