import { pairingAddress, qrText } from './pairing-address.ts';
import { showCode } from './secrets.ts';

interface Welcome {
	/** Made just now; nobody can read it again later. */
	readonly token: string | undefined;
	/** While no device is paired. */
	readonly code: string | undefined;
	/** Never empty. */
	readonly origins: readonly string[];
	/** Anybody who reaches the server may use it. */
	readonly wideOpen: boolean;
	readonly colours: boolean;
}

/** For the terminal alone, not for the log. Empty when there is nothing to say. */
export async function welcomeText({ token, code, origins, wideOpen, colours }: Welcome): Promise<string> {
	if (wideOpen) {
		return [
			'WARNING: AUTH=none. Everybody who can reach this server may see your media, export and delete.',
			'Leave AUTH out to have devices sign in.',
		].join('\n');
	}
	const lines: string[] = [];
	if (token !== undefined) {
		lines.push(
			`Token of this server: ${token}`,
			'Keep it safe: it is shown only this once. A lost one is replaced by: npx octocut token --new',
		);
	}
	if (code !== undefined) {
		const [first = '', ...others] = origins.map((origin) => pairingAddress(origin, code));
		lines.push(`Pair a phone or another computer within ten minutes: ${first}`);
		lines.push(...others.map((address) => `  or, in another network of this machine: ${address}`));
		lines.push(`Or type this code there, under Settings, Server: ${showCode(code)}`, await qrText(first, colours));
	}
	return lines.join('\n');
}
