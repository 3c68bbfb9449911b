import type { MediaKind, PlaybackState } from '#contract/sessions';
import type { ItemPart, ItemSubtitle, ItemVersion, Played } from './media-server.ts';
import type { PlexItem, PlexMedia, PlexPart, PlexStream } from './plex-answers.ts';
import { cleanKey, episodeLine, filled, isItemId } from './told-values.ts';

const KINDS: Readonly<Record<string, MediaKind>> = {
	movie: 'movie',
	episode: 'episode',
	clip: 'clip',
	track: 'music',
	photo: 'photo',
};
const SUBTITLE = 3;

/** Undefined for what is shown before the film, and for what nobody would capture. */
export function plexPlayed(item: PlexItem): Played | undefined {
	const mediaKind: MediaKind | undefined = item.live === true ? 'live' : KINDS[item.type];
	const key = item.Session?.id ?? item.sessionKey;
	// Prerolls and trailers lie in libraries of no person.
	const before = (item.librarySectionID ?? 0) < 0 || item.guid?.startsWith('prerolls://') === true;
	if (mediaKind === undefined || key === undefined || before || !isItemId(item.ratingKey)) return undefined;
	const media = chosen(item.Media);
	const part = chosen(media?.Part);
	const durationMs = item.duration ?? media?.duration;
	const whole = (media?.Part?.length ?? 0) <= 1 && (part?.duration ?? durationMs ?? 0) >= (durationMs ?? 0) - 1000;
	const shows = part?.Stream?.find(({ streamType, selected }) => streamType === SUBTITLE && selected === true);
	const [user, device] = [filled(item.User?.title), filled(item.Player?.title) ?? filled(item.Player?.product)];
	const picture = pictureOf(item);
	return {
		key: cleanKey(key),
		item: item.ratingKey,
		...titlesOf(item, mediaKind),
		...(item.year !== undefined && Number.isInteger(item.year) && { year: item.year }),
		...(user !== undefined && { user }),
		...(device !== undefined && { device }),
		mediaKind,
		state: stateOf(item.Player?.state),
		toldS: Math.max(0, (item.viewOffset ?? 0) / 1000),
		...(durationMs !== undefined && durationMs > 0 && mediaKind !== 'live' && { durationS: durationMs / 1000 }),
		transcoding: item.TranscodeSession !== undefined && item.TranscodeSession.videoDecision !== 'copy',
		...(picture !== undefined && { picture }),
		...(media?.id !== undefined && { version: media.id }),
		...(part?.id !== undefined && { part: part.id }),
		// While it is transcoded there is none; of a film in several files it is that of one of them.
		...(part?.file !== undefined && whole && { path: part.file }),
		revision: item.updatedAt ?? '',
		...(shows !== undefined && {
			shows: { id: shows.id, ...(shows.index !== undefined && shows.key === undefined && { index: shows.index }) },
		}),
	};
}

function titlesOf(item: PlexItem, kind: MediaKind): { title: string; subtitle?: string } {
	const name = filled(item.title) ?? 'Untitled';
	const series = filled(item.grandparentTitle);
	if (kind === 'episode' && series !== undefined) {
		return { title: series, subtitle: episodeLine(item.parentIndex, item.index, item.title ?? '') };
	}
	const line = [series, filled(item.parentTitle)].filter((part) => part !== undefined).join(' — ');
	return kind === 'music' && line !== '' ? { title: name, subtitle: line } : { title: name };
}

const stateOf = (state: string | undefined): PlaybackState =>
	state === 'paused' || state === 'buffering' ? state : 'playing';

function pictureOf({ ratingKey, type, thumb, grandparentThumb, parentThumb }: PlexItem): Played['picture'] {
	if (thumb !== undefined) return { item: ratingKey, image: type === 'movie' ? 'poster' : 'thumb' };
	const above = /^\/library\/metadata\/(\d+)\//.exec(grandparentThumb ?? parentThumb ?? '')?.[1];
	return above === undefined ? undefined : { item: above, image: 'poster' };
}

const chosen = <T extends { readonly selected?: boolean | undefined }>(
	items: readonly T[] | undefined,
): T | undefined => items?.find(({ selected }) => selected === true) ?? items?.[0];

/** The files of an item, and what is in them. */
export const plexVersions = (item: PlexItem): readonly ItemVersion[] =>
	(item.Media ?? []).map((media) => ({ id: media.id ?? '', parts: partsOf(media) }));

function partsOf({ Part = [], duration }: PlexMedia): readonly ItemPart[] {
	let offsetS = 0;
	return Part.map((part) => {
		const durationS = (part.duration ?? (Part.length === 1 ? duration : undefined) ?? 0) / 1000;
		const read = partOf(part, offsetS, durationS);
		offsetS += durationS;
		return read;
	});
}

function partOf({ id, key, file, Stream = [] }: PlexPart, offsetS: number, durationS: number): ItemPart {
	return {
		...{ id: id ?? '', offsetS, durationS },
		...(file !== undefined && { path: file }),
		...(key !== undefined && /^\/library\/parts\/[\w/.%-]+$/.test(key) && { bytes: key }),
		subtitles: Stream.filter(({ streamType }) => streamType === SUBTITLE).map(subtitleOf),
	};
}

function subtitleOf(stream: PlexStream): ItemSubtitle {
	const { id, index, key, codec = 'unknown' } = stream;
	const beside = key !== undefined && /^\/library\/streams\/\d+$/.test(key) ? key : undefined;
	const names = [stream.extendedDisplayTitle, stream.displayTitle, stream.title, stream.language, stream.languageCode];
	const language = filled(stream.languageCode) ?? filled(stream.languageTag);
	return {
		...{ id, codec, forced: stream.forced === true },
		...(beside !== undefined ? { beside: `${beside}?encoding=utf-8` } : index !== undefined && { index }),
		label: names.flatMap((name) => filled(name) ?? [])[0] ?? 'Subtitles',
		...(language !== undefined && { language }),
	};
}
