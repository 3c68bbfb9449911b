import { codecName } from '#core/media/codec-name';
import { copyContainer } from '#core/export/copy-plan';
import type { ExportTask } from '#core/export/export-task';
import type { VideoFacts } from '#core/media/media-facts';
import type { Ability, FactsOf } from '../../../engine.ts';
import { pickEdgeEncoding } from './edge-config.ts';

type Inability = Extract<Ability, { able: false }>;

/** What copying a task takes: rough seconds, and what makes the picture, for the person. */
export interface CopyAbility {
	readonly costS: number;
	readonly encoder: string;
}

/** Whether the packets of a task can be taken over, from facts and the browser's own word on codecs; no file is read. */
export async function assessCopy(task: ExportTask, factsOf: FactsOf): Promise<CopyAbility | Inability> {
	const [media, other] = new Set(task.pieces.map((piece) => piece.media));
	if (media === undefined || other !== undefined) {
		return { able: false, reason: 'container-not-readable', detail: 'packets are copied from one file at a time' };
	}
	const facts = factsOf(media);
	const container = copyContainer(facts);
	if (!container.ok || facts.video === undefined) {
		const detail = container.ok ? 'the file has no picture' : container.error;
		return { able: false, reason: 'container-not-readable', detail };
	}
	if (container.value !== task.container) {
		const detail = `packets of ${container.value.toUpperCase()} files are not put into ${task.container.toUpperCase()}`;
		return { able: false, reason: 'container-not-readable', detail };
	}
	const name = codecName(facts.video.codec);
	const costS = 0.1 + task.durationS / 300;
	if (task.video.kind !== 'copy' || !task.video.exact) return { costS, encoder: `${name} as it is` };
	const inability = await endsInability(facts.video);
	return inability ?? { costS: costS + 1, encoder: `${name} as it is, its ends by the browser` };
}

async function endsInability(video: VideoFacts): Promise<Inability | undefined> {
	if (typeof VideoDecoder === 'undefined' || typeof VideoEncoder === 'undefined') {
		return { able: false, reason: 'no-webcodecs', detail: 'this browser has no WebCodecs' };
	}
	const name = codecName(video.codec);
	if (!(await decodes(video)))
		return { able: false, reason: 'codec-not-decodable', detail: `the browser does not decode ${name}` };
	if ((await pickEdgeEncoding(video)) === undefined) {
		const detail = `the browser does not encode ${name} at ${video.codedWidth}×${video.codedHeight}; the mode Precise may`;
		return { able: false, reason: 'codec-not-encodable', detail };
	}
	return undefined;
}

async function decodes({ codecString, codedWidth, codedHeight }: VideoFacts): Promise<boolean> {
	if (codecString === undefined) return false;
	try {
		const { supported } = await VideoDecoder.isConfigSupported({ codec: codecString, codedWidth, codedHeight });
		return supported === true;
	} catch (thrown) {
		// Some browsers throw where others answer "not supported".
		if (thrown instanceof Error) return false;
		throw thrown;
	}
}
