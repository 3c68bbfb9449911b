import type { CoreFs, CoreNode, CoreStream } from './core-types.ts';
import type { FileBytes } from './file-bytes.ts';

/** WASI's numbers, which Emscripten uses. */
const ERRNO = { EINVAL: 28, EIO: 29, ENOENT: 44, ENOSPC: 51, EPERM: 63 } as const;
const DIRECTORY_MODE = 0o40777;
const FILE_MODE = 0o100777;

/** The first thing that went wrong below ffmpeg: it would only say "Input/output error". */
export interface FileProblem {
	readonly name: string;
	readonly writing: boolean;
	readonly thrown: unknown;
}

export interface Mounted {
	readonly problem: FileProblem | undefined;
}

/** How files and the run they belong to tell each other that it is over. */
export interface RunControl {
	readonly isStopped: () => boolean;
	/** Lets ffmpeg end before its next packet. It would go on for hours on a full disk. */
	readonly giveUp: () => void;
}

/** Thrown through ffmpeg when a run is stopped. */
export class StoppedError extends Error {
	override name = 'StoppedError';
}

/**
 * Shows `files` to ffmpeg in the folder `path`. The folder is fixed: nothing can be made, renamed or removed in it; files that have
 * `write` can be written anywhere, as the MP4 and WebM writers need. Once `isStopped`, every access throws `StoppedError`.
 */
export function mountFiles(
	FS: CoreFs,
	path: string,
	files: Readonly<Record<string, FileBytes>>,
	{ isStopped, giveUp }: RunControl,
): Mounted {
	const contents = new Map<number, { readonly name: string; readonly bytes: FileBytes }>();
	let problem: FileProblem | undefined;
	const opened = new Date();

	function fileOf(node: CoreNode): { readonly name: string; readonly bytes: FileBytes } {
		const file = contents.get(node.id);
		if (file === undefined) throw new FS.ErrnoError(ERRNO.EINVAL);
		return file;
	}

	function guarded<T>(node: CoreNode, writing: boolean, work: (bytes: FileBytes) => T): T {
		const { name, bytes } = fileOf(node);
		// Not an error number but an exception: it ends ffmpeg wherever it is.
		if (isStopped()) throw new StoppedError('the run was stopped');
		try {
			return work(bytes);
		} catch (thrown) {
			problem ??= { name, writing, thrown };
			giveUp();
			const full = thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
			throw new FS.ErrnoError(full || thrown instanceof RangeError ? ERRNO.ENOSPC : ERRNO.EIO);
		}
	}

	const refuse = (errno: number) => (): never => {
		throw new FS.ErrnoError(errno);
	};

	const nodeOps = {
		getattr(node: CoreNode) {
			const size = FS.isFile(node.mode) ? guarded(node, false, (bytes) => bytes.size) : 4096;
			return {
				...{ dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size },
				...{ atime: opened, mtime: opened, ctime: opened, blksize: 4096, blocks: Math.ceil(size / 4096) },
			};
		},
		setattr(node: CoreNode, { size }: { readonly size?: number }) {
			if (size === undefined) return;
			guarded(node, true, (bytes) => {
				if (bytes.truncate === undefined) throw new TypeError('the file is read-only');
				bytes.truncate(size);
			});
		},
		readdir: () => ['.', '..', ...Object.keys(files)],
		lookup: refuse(ERRNO.ENOENT),
		mknod: refuse(ERRNO.EPERM),
		rename: refuse(ERRNO.EPERM),
		unlink: refuse(ERRNO.EPERM),
		rmdir: refuse(ERRNO.EPERM),
		symlink: refuse(ERRNO.EPERM),
	};

	const streamOps = {
		read: (
			{ node }: CoreStream,
			heap: Int8Array<ArrayBuffer>,
			offset: number,
			length: number,
			position: number,
		): number => guarded(node, false, (bytes) => bytes.read(view(heap, offset, length), position)),
		write: (
			{ node }: CoreStream,
			heap: Int8Array<ArrayBuffer>,
			offset: number,
			length: number,
			position: number,
		): number =>
			guarded(node, true, (bytes) => {
				if (bytes.write === undefined) throw new TypeError('the file is read-only');
				bytes.write(view(heap, offset, length), position);
				return length;
			}),
		llseek(stream: CoreStream, offset: number, whence: number): number {
			const from = whence === 1 ? stream.position : whence === 2 ? fileOf(stream.node).bytes.size : 0;
			if (from + offset < 0) throw new FS.ErrnoError(ERRNO.EINVAL);
			return from + offset;
		},
	};

	function createNode(parent: CoreNode | null, name: string, mode: number): CoreNode {
		const node = FS.createNode(parent, name, mode, 0);
		node.node_ops = nodeOps;
		node.stream_ops = streamOps;
		return node;
	}

	FS.mkdir(path);
	FS.mount(
		{
			mount() {
				const root = createNode(null, '/', DIRECTORY_MODE);
				for (const [name, bytes] of Object.entries(files))
					contents.set(createNode(root, name, FILE_MODE).id, { name, bytes });
				return root;
			},
		},
		{},
		path,
	);
	return {
		get problem() {
			return problem;
		},
	};
}

const view = (heap: Int8Array<ArrayBuffer>, offset: number, length: number): Uint8Array<ArrayBuffer> =>
	new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
