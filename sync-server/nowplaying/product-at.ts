import type { MediaServerAccess } from '../config.ts';
import { ask } from './ask.ts';
import { PublicInfo } from './jellyfin-answers.ts';
import { type ServerTimes } from './media-server.ts';
import { fromJson, PlexIdentity, readContainer } from './plex-answers.ts';
import { PRODUCTS, type SourceFault } from './source-fault.ts';

const HERE = { maxBytes: 1e6, headers: { Accept: 'application/json' } };

/** What is wrong where a media server did not say who it is: where something answered that is not it, which product that is. */
export async function unlikeIt(
	fault: SourceFault,
	access: MediaServerAccess,
	times: ServerTimes,
	signal: AbortSignal,
): Promise<SourceFault> {
	const { problem, detail } = fault;
	const answers =
		(problem === 'bad-answer' && detail !== 'redirect') || problem === 'unauthorized' || problem === 'not-admin';
	return answers ? productAt(access, times, signal) : fault;
}

/** Which other product answers at the address of a media server: people mix up ports. The secret is not sent. */
async function productAt(
	{ kind, address }: MediaServerAccess,
	{ timeoutMs }: ServerTimes,
	signal: AbortSignal,
): Promise<SourceFault> {
	const named = (product: string): SourceFault => ({ problem: 'wrong-product', detail: product });
	const wrong: SourceFault = { problem: 'wrong-product' };
	if (kind !== 'plex') {
		const plex = await ask(`${address}/identity`, { ...HERE, timeoutMs, signal });
		if (plex.ok && readContainer(plex.value, PlexIdentity).ok) return named(PRODUCTS.plex);
	}
	const info = await ask(`${address}/System/Info/Public`, { ...HERE, timeoutMs, signal });
	const read = info.ok ? PublicInfo.safeParse(fromJson(info.value.body.toString())) : undefined;
	if (read?.success !== true) return wrong;
	const product = read.data.ProductName === 'Jellyfin Server' ? PRODUCTS.jellyfin : PRODUCTS.emby;
	return product === PRODUCTS[kind] ? wrong : named(product);
}
