/** What is used of the module that `@ffmpeg/core` makes. */
export interface FfmpegCore {
	/** Asked for between packets: −1 to go on, 0 to give up with an exit code. */
	timeout: number;
	_malloc(bytes: number): number;
	readonly FS: CoreFs;
	/** Runs to the end and returns the exit code, −1 if ffmpeg was aborted. Blocks. */
	exec(...args: string[]): number;
	/** Runs to the end; its return value says nothing. Blocks. */
	ffprobe(...args: string[]): number;
	setLogger(logger: (line: { readonly type: 'stdout' | 'stderr'; readonly message: string }) => void): void;
}

export type CreateCore = (options: {
	readonly instantiateWasm: (
		imports: WebAssembly.Imports,
		done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
	) => object;
}) => Promise<FfmpegCore>;

/** The parts of Emscripten's file system that a file system of one's own needs. */
export interface CoreFs {
	readonly ErrnoError: new (errno: number) => Error;
	createNode(parent: CoreNode | null, name: string, mode: number, device: number): CoreNode;
	isFile(mode: number): boolean;
	mkdir(path: string): unknown;
	mount(type: { mount(): CoreNode }, options: object, path: string): unknown;
}

export interface CoreNode {
	readonly id: number;
	readonly mode: number;
	node_ops: object;
	stream_ops: object;
}

export interface CoreStream {
	readonly node: CoreNode;
	readonly position: number;
}

/** The compiled core and where its script lies: what a worker needs to start it. */
export interface CoreSource {
	readonly module: WebAssembly.Module;
	/** Absolute. */
	readonly scriptUrl: string;
}
