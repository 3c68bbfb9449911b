import { inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { transferring, type CallContext, type Transferring } from '../worker-rpc/protocol.ts';
import type { CoreSource, FfmpegCore } from './core-types.ts';
import { LineBytes, MemoryBytes, type FileBytes } from './file-bytes.ts';
import { bytesOf } from './input-bytes.ts';
import { firstPictureFrom } from '#core/ffmpeg/first-picture';
import {
	FOLDER,
	type LookAnswer,
	type LookProgress,
	type LookRequest,
	type ReportedProblem,
	type StopFlag,
} from './messages.ts';
import { mountFiles } from './mount-files.ts';
import { PACKET_ENTRIES, PacketCollector } from '#core/ffmpeg/probe-packets';
import { reported } from './run-once.ts';
import { startCore } from './start-core.ts';

const JSON_LIMIT_BYTES = 4_000_000;
const BREATHER_PACKETS = 500;

type Files = Readonly<Record<string, FileBytes>>;
type StepRunner = (files: Files, work: (core: FfmpegCore) => number) => Promise<Step>;

interface Step {
	readonly log: readonly string[];
	readonly problem: ReportedProblem | undefined;
}

/** What ffprobe says of a file, and every packet of its first picture track. Nothing is decoded but, at times, one picture. */
export async function lookAt(
	{ core, file, stop }: LookRequest,
	{ report }: CallContext<LookProgress>,
): Promise<Transferring<LookAnswer>> {
	const input = bytesOf(file);
	const step: StepRunner = (files, work) => runStep({ core, stop }, files, work);
	const overview = new MemoryBytes(JSON_LIMIT_BYTES);
	const first = await step({ input, overview }, (started) =>
		started.ffprobe(...probeArgs('json'), '-show_streams', '-show_format', '-o', `${FOLDER}/overview`),
	);
	const json = new TextDecoder().decode(overview.content());
	if (!json.includes('"codec_type": "video"')) {
		return transferring({ json, ...first, packets: undefined, firstPictureS: undefined }, []);
	}
	const collector = new PacketCollector();
	let count = 0;
	const lines = new LineBytes((line) => {
		collector.add(line);
		count += 1;
		if (count % BREATHER_PACKETS === 0) report({ share: Math.min(1, collector.position / file.size) });
	});
	const second = await step({ input, lines }, (started) =>
		started.ffprobe(
			...probeArgs('compact=p=0'),
			...['-select_streams', PICTURE_TRACK, '-show_entries', PACKET_ENTRIES, '-o', `${FOLDER}/lines`],
		),
	);
	const packets = collector.table();
	const vague = packets.pts.some(Number.isNaN);
	const answer = {
		json,
		log: [...first.log, ...second.log],
		problem: first.problem ?? second.problem,
		packets,
		firstPictureS: vague ? await firstPicture(step, input) : undefined,
	};
	return transferring(answer, [packets.pts.buffer, packets.dts.buffer, packets.duration.buffer, packets.key.buffer]);
}

const probeArgs = (format: string): string[] => ['-v', 'error', '-of', format, ...inputArgs(`${FOLDER}/input`)];

async function firstPicture(step: StepRunner, input: FileBytes): Promise<number | undefined> {
	const first = firstPictureFrom();
	const lines = new LineBytes((line) => first.add(line));
	await step({ input, lines }, (started) => started.exec(...first.args(`${FOLDER}/input`), `${FOLDER}/lines`));
	return first.seconds;
}

async function runStep(
	{ core: source, stop }: { readonly core: CoreSource; readonly stop: StopFlag | undefined },
	files: Files,
	work: (core: FfmpegCore) => number,
): Promise<Step> {
	const { core, log, control } = await startCore(source, stop);
	const mounted = mountFiles(core.FS, FOLDER, files, control);
	work(core);
	return { log, problem: mounted.problem === undefined ? undefined : reported(mounted.problem) };
}
