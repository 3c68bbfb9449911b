import { createHash } from 'node:crypto';

/** What tus calls algorithms that Node has, too; every server of the extension knows the first. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256'] as const;

/** What a part must add up to. */
export interface PartChecksum {
	readonly algorithm: (typeof CHECKSUM_ALGORITHMS)[number];
	readonly base64: string;
}

/** The header `Upload-Checksum` of the tus extension “checksum”; undefined when it is none that is known here. */
export function readChecksum(header: string): PartChecksum | undefined {
	const [name, base64 = '', ...more] = header.trim().split(' ');
	const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name);
	if (algorithm === undefined || more.length > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
	return { algorithm, base64 };
}

/** The same bytes as they pass; their end breaks off when they do not add up, which `onBroken` is told first. */
export function checked(
	body: ReadableStream<Uint8Array>,
	{ algorithm, base64 }: PartChecksum,
	onBroken: () => void,
): ReadableStream<Uint8Array> {
	const hash = createHash(algorithm);
	return body.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			transform(piece, controller) {
				hash.update(piece);
				controller.enqueue(piece);
			},
			flush(controller) {
				if (hash.digest('base64') === base64) return;
				onBroken();
				controller.error(new Error('the part does not add up'));
			},
		}),
	);
}
