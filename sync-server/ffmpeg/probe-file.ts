import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Failure } from '#core/failure';
import { firstPictureFrom } from '#core/ffmpeg/first-picture';
import { inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { lastWord } from '#core/ffmpeg/last-word';
import { factsFrom } from '#core/ffmpeg/probe-facts';
import { Overview, pictureOf, secondsOf } from '#core/ffmpeg/probe-overview';
import { PACKET_ENTRIES, PacketCollector, type PacketTable } from '#core/ffmpeg/probe-packets';
import type { MediaFacts } from '#core/media/media-facts';
import { notesOn } from '#core/media/notes';
import { otherKindOf, SNIFFED_BYTES } from '#core/media/other-kind';
import { err, ok, type Result } from '#core/result';
import type { FrameIndex } from '#core/time/frame-index';
import type { Ffmpeg } from './ffmpeg.ts';
import { listedFrames } from './listed-frames.ts';
import { fingerprintFile } from '../library/fingerprint-file.ts';
import { plainSays } from './plain-says.ts';
import type { ProgramEnd } from './run-program.ts';

/** Largest description of a file that is read. */
const MOST_JSON = 4_000_000;
const OVERVIEW_LIMIT_MS = 60_000;
/** Packets come all the time; when none comes for so long, nothing will. */
const STALL_MS = 60_000;

export interface ProbeOptions {
	readonly signal?: AbortSignal;
	/** Share of the file that was read, 0..1. */
	readonly onProgress?: (share: number) => void;
}

export interface Probed {
	readonly facts: MediaFacts;
	/** Absent when the file has no picture. */
	readonly index: FrameIndex | undefined;
}

/**
 * What the file at `path` (absolute) is and where each of its frames stands, called `name` in sentences and facts. An MP4 or MOV lists its frames; the packets of
 * others are read once from end to end. Nothing is decoded but, at times, one picture. What is wrong with it is a value; rejects with `AbortError` on `signal`.
 */
export async function probeFile(
	ffmpeg: Ffmpeg,
	{ path, name }: { readonly path: string; readonly name: string },
	{ signal, onProgress }: ProbeOptions = {},
): Promise<Result<Probed, Failure>> {
	const edges = await readEdges(path, name);
	if (!edges.ok) return edges;
	const { bytes, fingerprint, head } = edges.value;
	const found = await ffmpeg.need(name);
	if (!found.ok) return found;
	const looked = await overviewOf(ffmpeg, path, name, signal);
	if (!looked.ok) return looked;
	const overview = looked.value;
	const hasPicture = overview.streams.some(({ codec_type: type }) => type === 'video');
	const listed = await listedFrames(path, overview, signal);
	const read =
		hasPicture && listed === undefined
			? await readPackets(ffmpeg, { path, name, bytes }, signal, onProgress, (count) => isCutOff(count, overview))
			: ok(undefined);
	if (!read.ok) return read;
	const isVague = read.value?.pts.some(Number.isNaN) === true;
	const firstPictureS = isVague ? await firstPicture(ffmpeg, path, signal) : undefined;
	const probed = factsFrom({ packets: read.value, firstPictureS, ...(listed && { listed }) }, overview, {
		fingerprint,
		name,
		bytes,
	});
	if (!probed.ok) return probed;
	const { facts, index } = probed.value;
	return ok({
		facts: { ...facts, ...containerOf(facts, overview, head), ...whatIsThere(facts, index, overview) },
		index,
	});
}

interface Edges {
	readonly bytes: number;
	readonly fingerprint: MediaFacts['fingerprint'];
	/** The first bytes. */
	readonly head: Buffer;
}

/** Opens a regular file, and nothing that only looks like one: a pipe would keep its reader waiting for ever. */
async function readEdges(path: string, name: string): Promise<Result<Edges, Failure>> {
	let file: FileHandle | undefined;
	try {
		file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
		const stat = await file.stat();
		if (!stat.isFile()) return err({ kind: 'not-media', subject: name, detail: 'no regular file' });
		if (stat.size === 0) return err({ kind: 'empty-file', subject: name });
		const head = Buffer.alloc(Math.min(SNIFFED_BYTES, stat.size));
		await file.read(head, 0, head.length, 0);
		const other = otherKindOf(head);
		if (other !== undefined) return err({ kind: 'not-media', subject: name, detail: other });
		return ok({ bytes: stat.size, fingerprint: await fingerprintFile({ handle: file, bytes: stat.size }), head });
	} catch (thrown) {
		return err(failureOfReading(thrown, name));
	} finally {
		await file?.close();
	}
}

function failureOfReading(thrown: unknown, subject: string): Failure {
	const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
	if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'source-missing', subject };
	// What a FIFO or a socket answers to being opened.
	if (code === 'ENXIO') return { kind: 'not-media', subject, detail: 'no regular file' };
	const detail = code === 'EACCES' ? 'the server may not read it' : code || String(thrown);
	return { kind: 'source-unreadable', subject, detail };
}

async function overviewOf(
	ffmpeg: Ffmpeg,
	path: string,
	name: string,
	signal: AbortSignal | undefined,
): Promise<Result<Overview, Failure>> {
	let json = '';
	const args = ['-v', 'error', '-of', 'json', ...inputArgs(path), '-show_streams', '-show_format'];
	const end = await ffmpeg.probe(args, {
		...(signal && { signal }),
		nice: false,
		limitMs: OVERVIEW_LIMIT_MS,
		onBytes: (bytes) => {
			if (json.length < MOST_JSON) json += bytes.toString('utf8');
		},
	});
	if (end.kind !== 'done') return err(failureOfProbe(end, path, name));
	const parsed = Overview.safeParse(parsedJson(json));
	if (parsed.success && parsed.data.streams.length > 0) return ok(parsed.data);
	return err({ kind: 'source-unreadable', subject: name, detail: 'it holds neither picture nor sound' });
}

function parsedJson(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}

async function readPackets(
	ffmpeg: Ffmpeg,
	{ path, name, bytes }: { readonly path: string; readonly name: string; readonly bytes: number },
	signal: AbortSignal | undefined,
	onProgress: ((share: number) => void) | undefined,
	isCut: (count: number) => boolean,
) {
	const packets = new PacketCollector();
	const args = ['-v', 'error', '-of', 'compact=p=0', ...inputArgs(path), '-select_streams', PICTURE_TRACK];
	const end = await ffmpeg.probe([...args, '-show_entries', PACKET_ENTRIES], {
		...(signal && { signal }),
		stallMs: STALL_MS,
		onLine: (line) => {
			packets.add(line);
			onProgress?.(Math.min(1, packets.position / bytes));
		},
	});
	const all = packets.table();
	// In a file that is cut off, a packet that reaches to its very end is most likely not whole.
	const table = isCut(all.pts.length + packets.hidden) && packets.endPosition >= bytes ? withoutLast(all) : all;
	// Such a file may end with a complaint: what was listed before is there.
	return end.kind === 'done' || table.pts.length > 0 ? ok(table) : err(failureOfProbe(end, path, name));
}

const withoutLast = ({ pts, dts, duration, key, bytes }: PacketTable): PacketTable => ({
	...{ pts: pts.slice(0, -1), dts: dts.slice(0, -1), duration: duration.slice(0, -1), key: key.slice(0, -1) },
	bytes,
});

/** Lengths in headers are rounded, and may be those of a longer track. */
const LENGTH_TOLERANCE_S = 1;

/** Whether fewer packets are there than the header tells of. */
const isCutOff = (count: number, overview: Overview): boolean =>
	count < Number(pictureOf(overview)?.nb_frames ?? Number.NaN);

/** What a file that is cut off holds, and what is to be said about the file. */
function whatIsThere(
	{ video, audio, firstTimestampS, durationS }: MediaFacts,
	index: FrameIndex | undefined,
	overview: Overview,
): Pick<MediaFacts, 'truncated' | 'durationS' | 'notes'> {
	const endS = index === undefined ? firstTimestampS + durationS : index.endUs / 1e6;
	const picture = pictureOf(overview);
	const toldS = secondsOf(picture?.duration);
	const toldEndS = toldS === undefined ? endS : (secondsOf(picture?.start_time) ?? 0) + toldS;
	const isCut = index !== undefined && endS < toldEndS - LENGTH_TOLERANCE_S;
	return {
		truncated: isCut,
		durationS: isCut ? Math.max(0, endS - firstTimestampS) : durationS,
		notes: notesOn({
			...{ video, audio: audio[0], decodable: { video: true, audio: true }, endS },
			...{ promisedEndS: isCut ? toldEndS : undefined, severalEdits: false },
		}),
	};
}

async function firstPicture(ffmpeg: Ffmpeg, path: string, signal: AbortSignal | undefined) {
	const first = firstPictureFrom();
	await ffmpeg.run([...first.args(path), 'pipe:1'], {
		...(signal && { signal }),
		limitMs: OVERVIEW_LIMIT_MS,
		onLine: (line) => first.add(line),
	});
	return first.seconds;
}

function failureOfProbe(end: ProgramEnd, path: string, subject: string): Failure {
	const said = plainSays(end.log, [[path, subject]]);
	switch (end.kind) {
		case 'killed':
			return { kind: 'worker-crashed', subject, detail: `ffprobe was ended by ${end.signal}` };
		case 'stalled':
		case 'overdue':
			return { kind: 'source-unreadable', subject, detail: 'looking at it took too long' };
		case 'absent':
			return { kind: 'unsupported', subject, detail: 'ffprobe is no longer where it was' };
		default:
			if (said.some((line) => line.includes('moov atom not found'))) return { kind: 'source-incomplete', subject };
			if (said.some((line) => /not on whitelist/i.test(line))) {
				return { kind: 'not-media', subject, detail: 'a list of other files, or of a kind that is not read' };
			}
			return { kind: 'source-unreadable', subject, detail: lastWord(said) };
	}
}

/** What ffprobe does not tell: which of its family a container is. */
function containerOf(facts: MediaFacts, overview: Overview, head: Buffer): Pick<MediaFacts, 'container' | 'reader'> {
	const container = exactContainer(facts.container, overview, head);
	const isKnown =
		BROWSER_CONTAINERS.has(container) && (facts.video === undefined || BROWSER_CODECS.has(facts.video.codec));
	return { container, reader: isKnown ? 'mediabunny' : 'ffmpeg' };
}

function exactContainer(container: string, overview: Overview, head: Buffer): string {
	// The type of document stands in the head of every Matroska file.
	if (container === 'mkv') return head.subarray(0, EBML_HEAD_BYTES).includes('webm', 0, 'latin1') ? 'webm' : 'mkv';
	if (container !== 'mp4') return container;
	return (overview.format.tags?.major_brand ?? 'qt  ').startsWith('qt') ? 'mov' : 'mp4';
}

/** The head of a Matroska file, with the name of its type, is this long at most. */
const EBML_HEAD_BYTES = 64;

/** What browsers read in their own way, and so may copy. */
const BROWSER_CONTAINERS = new Set(['mp4', 'mov', 'mkv', 'webm', 'ts', 'wav', 'mp3', 'aac', 'flac', 'ogg']);
const BROWSER_CODECS = new Set(['avc', 'hevc', 'vp8', 'vp9', 'av1']);
