/**
 * Pages that came over http from another machine of the network have no `crypto.randomUUID`, which ids are made with everywhere. They do have
 * random numbers: the same ids, made of those.
 */
export function supplyRandomUuid(target: Crypto = globalThis.crypto): void {
	if ('randomUUID' in target) return;
	Object.defineProperty(target, 'randomUUID', { configurable: true, value: () => uuidOf(target) });
}

function uuidOf(source: Crypto): string {
	const bytes = source.getRandomValues(new Uint8Array(16));
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
