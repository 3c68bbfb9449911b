import { frameCount } from '#core/frame-index';
import { err, ok } from '#core/result';
import { UnsupportedInputFormatError, type Input } from 'mediabunny';
import type { CallContext } from '../worker-rpc/protocol.ts';
import type { InspectAnswer, InspectProgress, InspectRequest } from './inspection.ts';
import { containerName, openInput } from './open-input.ts';
import { readFrames } from './read-frames.ts';
import { audioFactsOf, videoFactsOf } from './track-facts.ts';

/** Reads what `file` says of itself, and where each of its frames stands. Runs in the worker. */
export async function inspect(
	{ file, name }: InspectRequest,
	{ signal, report }: CallContext<InspectProgress>,
): Promise<InspectAnswer> {
	let share = 0;
	const input = openInput(file, (position) => report({ share: (share = Math.max(share, position / file.size)) }));
	try {
		return await inspectInput(input, name, { signal, report });
	} catch (thrown) {
		if (thrown instanceof UnsupportedInputFormatError) return err({ kind: 'not-recognised', detail: thrown.message });
		throw thrown;
	} finally {
		input.dispose();
	}
}

async function inspectInput(
	input: Input,
	name: string,
	{ signal, report }: CallContext<InspectProgress>,
): Promise<InspectAnswer> {
	const format = await input.getFormat();
	const container = containerName(format.name);
	const video = await input.getPrimaryVideoTrack();
	const audioTracks = await input.getAudioTracks();
	if (video === null && audioTracks.length === 0) return err({ kind: 'not-recognised', detail: 'it holds no track' });
	const audio = await input.getPrimaryAudioTrack();
	const lengthS = (await input.getDurationFromMetadata()) ?? 0;
	const frames =
		video === null
			? undefined
			: await readFrames(video, {
					signal,
					hideNegative: container === 'mp4' || container === 'mov',
					skipHidden: (await video.getCodec()) === 'vp8',
					onProgress: (timestampS) => report({ share: lengthS > 0 ? Math.min(1, timestampS / lengthS) : 0 }),
				});
	if (frames !== undefined && frameCount(frames.index) === 0)
		return err({ kind: 'source-unreadable', subject: name, detail: 'its picture track holds no frame' });
	const audioEndS = audio === null ? -Infinity : await audio.computeDuration();
	const firstTimestampS =
		frames === undefined ? ((await audio?.getFirstTimestamp()) ?? 0) : (frames.index.ptsUs[0] ?? 0) / 1e6;
	const endS = Math.max(audioEndS, frames === undefined ? -Infinity : frames.index.endUs / 1e6);
	return ok({
		facts: {
			container,
			reader: 'mediabunny',
			durationS: Math.max(0, endS - firstTimestampS),
			firstTimestampS,
			...(video === null || frames === undefined
				? {}
				: { video: await videoFactsOf(video, frames.index, frames.bytes) }),
			audio: await Promise.all(audioTracks.map(audioFactsOf)),
			subtitles: [],
			truncated: false,
			notes: [],
		},
		index: frames?.index,
		mimeType: await input.getMimeType(),
		decodable: {
			video: video === null || (await video.canDecode()),
			audio: audio === null || (await audio.canDecode()),
		},
	});
}
