import type { ByteSource, Stop } from '../media/byte-source.ts';
import { readLayout, tolerant } from './boxes.ts';
import { tracksOf, type Edit, type MovieTrack } from './movie.ts';
import { readOutline } from './movie-outline.ts';
import { SampleTable } from './sample-table.ts';
import { templateOf, type TrackTemplate } from './track-template.ts';

/** A track of an MP4 or MOV that packets are taken from. */
export interface SourceTrack {
	readonly template: TrackTemplate;
	readonly table: SampleTable;
	readonly edit: Edit;
}

export interface MovieSource {
	readonly file: ByteSource;
	readonly video: SourceTrack;
	readonly audio: SourceTrack | undefined;
}

/**
 * Opens an MP4 or MOV whose packets can be moved without taking it apart: one picture track, sample tables in one movie box, one way of
 * decoding a track. Undefined for others (fragments, several descriptions): the packet reader takes those.
 */
export async function openMovieSource(
	file: ByteSource,
	withSound: boolean,
	signal: Stop,
): Promise<MovieSource | undefined> {
	const { movie } = await readLayout(file, signal);
	if (movie === undefined) return undefined;
	const outline = await readOutline(file, movie, signal);
	const tracks = tracksOf(outline);
	if (tracks === undefined) return undefined;
	const [pictures, sounds] = [ofKind(tracks, 'vide'), ofKind(tracks, 'soun')];
	const [picture, sound] = [pictures[0], withSound ? sounds[0] : undefined];
	if (picture === undefined || pictures.length > 1 || (withSound && sounds.length !== 1)) return undefined;
	return tolerant(() => {
		const video = sourceTrack(file, outline, picture);
		const audio = sound === undefined ? undefined : sourceTrack(file, outline, sound);
		if (video === undefined || (sound !== undefined && audio === undefined)) return undefined;
		return { file, video, audio };
	});
}

const ofKind = (tracks: readonly MovieTrack[], handler: string): readonly MovieTrack[] =>
	tracks.filter((track) => track.handler === handler);

function sourceTrack(file: ByteSource, outline: DataView, track: MovieTrack): SourceTrack | undefined {
	const template = templateOf(outline, track);
	const table = new SampleTable(file, outline, track);
	if (template === undefined || track.edit.several || table.count === 0) return undefined;
	return { template, table, edit: track.edit };
}
