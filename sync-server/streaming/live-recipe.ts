import type { Quality } from '#contract/streaming';
import { GLOBAL_ARGS, inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { fitInto } from '#core/media/copy-size';
import type { MediaFacts } from '#core/media/media-facts';
import { aac, bare, encoder, rateOf, TIERS } from './copy-recipes.ts';
import { pictureFilters } from './picture-filters.ts';

export type LiveQuality = Exclude<Quality, 'high'>;

const RATE_HZ = 48_000;
/** Samples in a packet of AAC. */
const PACKET = 1024;
/** Exactly 192 packets of AAC, so that the sound of one piece ends where that of the next begins. In seconds. */
export const PIECE_S = (192 * PACKET) / RATE_HZ;
/** Sound is encoded from this much earlier and the first packets are thrown away: an encoder needs some to get going. */
const LEAD_PACKETS = 4;
const LEAD_S = (LEAD_PACKETS * PACKET) / RATE_HZ;
/** Between the places where frames stand in files that count milliseconds: no frame is in two pieces, or in none. */
const EDGE_S = 0.0005;
/** A picture that stands still is held for so long. */
const LONGEST_STILL_S = 600;
/** A shorter rest is part of the piece before it. */
const SHORTEST_S = 0.1;
/** A frame comes out of the encoder when it went in, not thirty frames later; costs a twentieth more bytes for the same picture. */
const NO_DELAY = 'rc-lookahead=0:sync-lookahead=0:mbtree=0:sliced-threads=1';
/** A fragment holds so much, in seconds: what of a piece is made is seen before the rest is. */
const FRAGMENT_S = 0.1;

export const pieceCount = ({ durationS }: Pick<MediaFacts, 'durationS'>): number =>
	Math.max(1, Math.ceil((durationS - SHORTEST_S) / PIECE_S));

/** The list of pieces, as HLS has it (RFC 8216). `suffix` is the query that every address needs. */
export function livePlaylist(facts: Pick<MediaFacts, 'durationS'>, suffix: string): string {
	const count = pieceCount(facts);
	const lengthOf = (n: number): number => (n + 1 < count ? PIECE_S : Math.max(0.05, facts.durationS - n * PIECE_S));
	return [
		'#EXTM3U',
		'#EXT-X-VERSION:7',
		`#EXT-X-TARGETDURATION:${Math.ceil(PIECE_S + SHORTEST_S)}`,
		'#EXT-X-PLAYLIST-TYPE:VOD',
		'#EXT-X-INDEPENDENT-SEGMENTS',
		`#EXT-X-MAP:URI="init.mp4${suffix}"`,
		...Array.from({ length: count }, (_, n) => `#EXTINF:${lengthOf(n).toFixed(6)},\n${n}.m4s${suffix}`),
		'#EXT-X-ENDLIST',
		'',
	].join('\n');
}

/** What writes piece `n` to standard output, as a fragmented MP4 with its own head; every piece of a quality has the same head. */
export function liveArgs(facts: MediaFacts, quality: LiveQuality, n: number, input: string): string[] {
	const { video, audio } = facts;
	const tier = TIERS[quality];
	const leadS = n === 0 ? 0 : LEAD_S;
	const startS = n * PIECE_S - leadS;
	const isLast = n + 1 >= pieceCount(facts);
	const soundS = isLast ? Math.max(0.1, facts.durationS - n * PIECE_S) : PIECE_S;
	// Lengths in heads are rounded: no frame at the end is lost.
	const lengthS = isLast ? soundS + 1 : PIECE_S;
	const graph: string[] = [];
	const tail: string[] = [];
	if (video !== undefined) {
		const span = `trim=start=${(leadS - EDGE_S).toFixed(6)}:end=${(leadS + lengthS - EDGE_S).toFixed(6)}`;
		// The picture that stands when the piece begins may have come long before, and stay until long after.
		const steady = `tpad=stop_mode=clone:stop_duration=${LONGEST_STILL_S},fps=fps=30:start_time=${leadS},`;
		const frames = `settb=AVTB,${video.variableRate ? steady : ''}${span}`;
		graph.push(`[0:v:0]${frames},${pictureFilters(video, fitInto(video, tier.box))}[picture]`);
		tail.push('-map', '[picture]', '-fps_mode', 'passthrough', ...encoder(tier.bitrate, rateOf(facts)), '-bf', '0');
		tail.push('-x264-params', NO_DELAY);
	}
	if (audio.length > 0) {
		const untilS = leadS + soundS + (2 * PACKET) / RATE_HZ;
		graph.push(`[0:a:0]aresample=${RATE_HZ}:async=1:first_pts=0,apad,atrim=end=${untilS.toFixed(6)}[sound]`);
		const [first, last] = [leadS, leadS + soundS].map((edgeS) => Math.round(edgeS * RATE_HZ) - PACKET / 2);
		tail.push('-map', '[sound]', ...aac(tier.audioBitrate), '-bsf:a', `noise=drop='lt(pts,${first})+gte(pts,${last})'`);
	}
	return [
		...[
			...GLOBAL_ARGS,
			...(video?.variableRate === true ? ['-noaccurate_seek'] : []),
			'-ss',
			startS.toFixed(6),
			'-t',
			(leadS + lengthS + 0.5).toFixed(6),
			...inputArgs(input),
		],
		...['-filter_complex', graph.join(';'), ...tail, ...bare],
		// Times in the piece are those of the whole (`frag_discont` needs `delay_moov` for that).
		...['-movflags', '+empty_moov+default_base_moof+delay_moov+frag_discont', '-output_ts_offset', startS.toFixed(6)],
		...['-frag_duration', `${FRAGMENT_S * 1e6}`, '-f', 'mp4', 'pipe:1'],
	];
}
