import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that nobody but its owner has signed. */
export function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } {
	const folder = mkdtempSync(join(tmpdir(), 'octocut-certificate-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
	execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
	const read = { key: readFileSync(key), cert: readFileSync(cert) };
	rmSync(folder, { recursive: true });
	return read;
}
