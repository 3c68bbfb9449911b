import { networkInterfaces } from 'node:os';
import { toString as qr } from 'qrcode';
import { isLoopbackHost } from './host-names.ts';

/** Where other devices find the server: the address a person gave it, else those of this machine in its networks. */
export function reachableOrigins({
	host,
	port,
	publicUrl,
}: {
	readonly host: string;
	readonly port: number;
	readonly publicUrl: string | undefined;
}): readonly string[] {
	if (publicUrl !== undefined) return [publicUrl];
	const wild = host === '0.0.0.0' || host === '::';
	const addresses = wild ? lanAddresses(host === '::') : [isLoopbackHost(host) ? 'localhost' : host];
	return addresses.map((address) => `http://${address.includes(':') ? `[${address}]` : address}:${port}`);
}

function lanAddresses(both: boolean): readonly string[] {
	const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
	const outside = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
	const v4 = outside.filter(({ family }) => family === 'IPv4');
	const found = [...v4, ...(both ? outside.filter(({ family }) => family === 'IPv6') : [])].map(
		({ address }) => address,
	);
	return found.length === 0 ? ['localhost'] : found;
}

/** The code is in the fragment: neither a server's log nor a proxy ever sees it. */
export const pairingAddress = (origin: string, code: string): string => `${origin}/pair#${code}`;

export const qrSvg = (text: string): Promise<string> => qr(text, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });

/** In colours where a terminal shows them, else of half blocks. */
export const qrText = (text: string, colours: boolean): Promise<string> =>
	qr(text, { type: colours ? 'terminal' : 'utf8', small: true, margin: 2, errorCorrectionLevel: 'L' });
