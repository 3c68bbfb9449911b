import type { Fingerprint } from '#core/media/fingerprint';
import { gapsOf, joined, type Span } from '#core/time/segment-arithmetic';
import type { DetectedFrame } from '#core/tracking/detection';
import { decodeDetections, encodeDetections } from '#core/tracking/detection-store';
import type { DetectionStore, Seen, SeenChunk } from './storage.ts';
import type { PrivateFiles } from './storage.ts';

/** Spans are named in whole microseconds, as frames are timed. */
const NAME = /^(-?\d+)_(-?\d+)\.seen$/;

/** Removed with the file: see `media-store.ts`. */
const folderOf = (media: Fingerprint, model: string): string => `derived/${media}/seen/${model}`;

/** Forgets what a model saw, in all files. */
export async function forgetSeenBy(files: PrivateFiles, model: string): Promise<void> {
	for (const media of await files.list('derived')) await files.remove(folderOf(media, model));
}

const nameOf = ({ inS, outS }: Span): string => `${Math.round(inS * 1e6)}_${Math.round(outS * 1e6)}.seen`;

/** What detectors saw, a private file for each stretch: u32 count of cuts, their times as f64, little-endian; then the detections. */
export class FileDetections implements DetectionStore {
	#files: PrivateFiles;

	constructor(files: PrivateFiles) {
		this.#files = files;
	}

	async put(media: Fingerprint, model: string, { span, frames, cutsS }: SeenChunk): Promise<void> {
		const cuts = new DataView(new ArrayBuffer(4 + 8 * cutsS.length));
		cuts.setUint32(0, cutsS.length, true);
		cutsS.forEach((atS, n) => cuts.setFloat64(4 + 8 * n, atS, true));
		const path = `${folderOf(media, model)}/${nameOf(span)}`;
		const handle = await this.#files.create(path);
		// Written beside the file, which it replaces when it is closed: a tab that goes away leaves nothing half.
		const writable = await handle.createWritable();
		try {
			await writable.write(new Blob([cuts.buffer, new Uint8Array(encodeDetections(frames))]));
			await writable.close();
		} catch (thrown) {
			// The stream may already be broken (quota); what matters is the first error.
			await writable.abort().catch((secondary: unknown) => console.debug('The stretch was already closed:', secondary));
			await this.#files.remove(path);
			throw thrown;
		}
	}

	async covered(media: Fingerprint, model: string): Promise<readonly Span[]> {
		return joined((await this.#stretches(media, model)).map(({ span }) => span));
	}

	async read(media: Fingerprint, model: string, wanted: Span): Promise<Seen> {
		const stretches = (await this.#stretches(media, model)).filter(
			({ span }) => span.inS < wanted.outS && span.outS > wanted.inS,
		);
		const frames = new Map<number, DetectedFrame>();
		const cuts = new Set<number>();
		const read: Span[] = [];
		for (const { name, span } of stretches) {
			const chunk = await this.#readFile(`${folderOf(media, model)}/${name}`);
			if (chunk === undefined) continue;
			read.push(span);
			for (const frame of chunk.frames) frames.set(frame.atS, frame);
			for (const atS of chunk.cutsS) cuts.add(atS);
		}
		const isWanted = (atS: number): boolean => atS >= wanted.inS - 1e-6 && atS < wanted.outS;
		return {
			frames: [...frames.values()].filter(({ atS }) => isWanted(atS)).sort((a, b) => a.atS - b.atS),
			cutsS: [...cuts].filter(isWanted).sort((a, b) => a - b),
			missing: gapsOf(read, wanted.inS, wanted.outS),
		};
	}

	async #stretches(media: Fingerprint, model: string): Promise<readonly { name: string; span: Span }[]> {
		return (await this.#files.list(folderOf(media, model))).flatMap((name) => {
			const [, from, to] = NAME.exec(name) ?? [];
			return from === undefined || to === undefined
				? []
				: [{ name, span: { inS: Number(from) / 1e6, outS: Number(to) / 1e6 } }];
		});
	}

	/** Undefined when it is gone, empty (another tab is writing it) or broken: it is then seen again. */
	async #readFile(path: string): Promise<Omit<SeenChunk, 'span'> | undefined> {
		const handle = await this.#files.get(path);
		if (handle === undefined) return undefined;
		const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
		if (bytes.length < 4) return undefined;
		const view = new DataView(bytes.buffer);
		const count = view.getUint32(0, true);
		if (bytes.length < 4 + 8 * count) return undefined;
		const frames = decodeDetections(bytes.subarray(4 + 8 * count));
		if (frames === null) return undefined;
		return { frames, cutsS: Array.from({ length: count }, (_, n) => view.getFloat64(4 + 8 * n, true)) };
	}
}
