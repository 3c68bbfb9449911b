import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `source` `times` over, its packets copied: nothing differs but the length. `fast`: the list of frames comes first. */
export async function repeatFilm(
	source: string,
	output: string,
	{ times, fast }: { readonly times: number; readonly fast: boolean },
): Promise<void> {
	const loop = ['-v', 'error', '-nostdin', '-y', '-stream_loop', String(times - 1), '-i', source];
	await run('ffmpeg', [...loop, '-c', 'copy', ...(fast ? ['-movflags', '+faststart'] : []), output]);
}

/**
 * Makes the MP4 at `path` `bytes` long by a `free` box between its media and its movie box: sparse on the disk. The movie box must
 * be the last one.
 */
export async function stretchFilm(path: string, bytes: number): Promise<void> {
	const file = await open(path, 'r+');
	try {
		const { size } = await stat(path);
		const movieAt = await findMovie(file, size);
		const movie = Buffer.alloc(size - movieAt);
		await file.read(movie, 0, movie.length, movieAt);
		const gap = bytes - size;
		const header = Buffer.alloc(16);
		header.writeUInt32BE(1, 0);
		header.write('free', 4, 'latin1');
		header.writeBigUInt64BE(BigInt(gap), 8);
		await file.truncate(movieAt);
		await file.write(header, 0, header.length, movieAt);
		await file.write(movie, 0, movie.length, movieAt + gap);
	} finally {
		await file.close();
	}
}

async function findMovie(file: Awaited<ReturnType<typeof open>>, size: number): Promise<number> {
	const header = Buffer.alloc(16);
	for (let at = 0; at < size;) {
		await file.read(header, 0, header.length, at);
		if (header.toString('latin1', 4, 8) === 'moov') return at;
		const short = header.readUInt32BE(0);
		at += short === 1 ? Number(header.readBigUInt64BE(8)) : short;
		if (short === 0) break;
	}
	throw new Error('the film has no movie box');
}
