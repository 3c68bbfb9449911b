/** What this browser and address offer. Each is tried, not guessed from a name. */
export interface DeviceFacts {
	/** Decoding and encoding in the browser. */
	readonly webCodecs: boolean;
	/** SharedArrayBuffer and precise timers. */
	readonly isolated: boolean;
	/** The origin's private file system, where copies and exports are kept. */
	readonly privateFiles: boolean;
	/** Handles to files and folders: nothing has to be copied. */
	readonly fileHandles: boolean;
	readonly webGpu: boolean;
	/** Works with the network off from the second visit on. */
	readonly serviceWorker: boolean;
}

export async function readDevice(): Promise<DeviceFacts> {
	return {
		webCodecs: hasWebCodecs(),
		isolated: globalThis.crossOriginIsolated,
		privateFiles: await hasPrivateFiles(),
		fileHandles: 'showOpenFilePicker' in globalThis,
		webGpu: await works(async () => {
			if (!('gpu' in navigator)) return false;
			const gpu = navigator.gpu as { requestAdapter(): Promise<unknown> };
			return (await gpu.requestAdapter()) !== null;
		}),
		serviceWorker: 'serviceWorker' in navigator,
	};
}

const hasWebCodecs = (): boolean =>
	['VideoDecoder', 'VideoEncoder', 'AudioDecoder'].every((name) => name in globalThis);

const hasPrivateFiles = (): Promise<boolean> => works(() => navigator.storage.getDirectory());

/** Whether `attempt` gives something: what throws or is missing does not work here. */
async function works(attempt: () => Promise<unknown>): Promise<boolean> {
	try {
		return (await attempt()) !== false;
	} catch (thrown) {
		console.debug('Not available here:', thrown);
		return false;
	}
}

/** Sentences about what is missing here and what it means for the work; empty where all is well. */
export async function readShortcomings(): Promise<readonly string[]> {
	const sentences: string[] = [];
	if (!hasWebCodecs()) {
		sentences.push(
			'This browser cannot decode and encode video by itself, so ffmpeg does all the work, slower. A current Chrome, Edge or Firefox is faster.',
		);
	}
	if (!(await hasPrivateFiles())) {
		sentences.push(
			'This browser gives no private file space here (private windows often do not), so copies and exports cannot be kept.',
		);
	}
	return sentences;
}
