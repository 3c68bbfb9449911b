import { access, constants, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, platform, totalmem } from 'node:os';
import type { Encoders } from '#contract/encoders';
import type { HealthDetails } from '#contract/health';
import type { Config } from '../config.ts';

/** Measures how the server is doing. `id`: which server it is. `encoders`: what is known of ffmpeg; undefined while nothing is. `uptimeS`: seconds since it began to take requests. */
export function healthReader(
	folders: Pick<Config, 'dataDir' | 'exportDir' | 'cacheDir'>,
	id: string,
	encoders: () => Encoders | undefined,
	uptimeS: () => number,
): () => Promise<HealthDetails> {
	let last: { readonly cpuUs: number; readonly at: number } | undefined;
	const cores = availableParallelism();

	/** Since the last call; nothing is known at the first. */
	const cpuShare = (): number | null => {
		const { user, system } = process.cpuUsage();
		const before = last;
		last = { cpuUs: user + system, at: performance.now() };
		if (before === undefined || last.at <= before.at) return null;
		return (last.cpuUs - before.cpuUs) / 1000 / (last.at - before.at) / cores;
	};

	return async () => {
		const [data, exports, cache] = await Promise.all(
			[folders.dataDir, folders.exportDir, folders.cacheDir].map(diskOf),
		);
		const known = encoders();
		const working = known?.encoders.filter(({ works }) => works).map(({ encoder }) => encoder);
		return {
			id,
			uptimeS: uptimeS(),
			// Windows has no load, and says 0.
			cpu: { cores, share: cpuShare(), load: platform() === 'win32' ? null : (loadavg()[0] ?? null) },
			memory: { usedBytes: process.memoryUsage.rss(), freeBytes: freemem(), totalBytes: totalmem() },
			ffmpeg: known?.ffmpegVersion === undefined ? null : { version: known.ffmpegVersion },
			encoders: working === undefined || known?.encoders.length === 0 ? null : working,
			keepsExports: await mayWrite(folders.exportDir),
			disks: { data: data ?? null, exports: exports ?? null, cache: cache ?? null },
		};
	};
}

async function mayWrite(folder: string): Promise<boolean> {
	return access(folder, constants.W_OK).then(
		() => true,
		(thrown: unknown) => {
			if (thrown instanceof Error) return false;
			throw thrown;
		},
	);
}

async function diskOf(folder: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
	try {
		const { bavail, blocks, bsize } = await statfs(folder);
		return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
	} catch (thrown) {
		// The folder went away, or its file system does not tell.
		if (thrown instanceof Error) return null;
		throw thrown;
	}
}
