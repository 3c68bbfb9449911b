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
		webCodecs: 'VideoDecoder' in globalThis && 'VideoEncoder' in globalThis && 'AudioDecoder' in globalThis,
		isolated: globalThis.crossOriginIsolated,
		privateFiles: await works(() => navigator.storage.getDirectory()),
		fileHandles: 'showOpenFilePicker' in globalThis,
		webGpu: await works(async () => {
			if (!('gpu' in navigator)) return false;
			const gpu = navigator.gpu as { requestAdapter(): Promise<unknown> };
			return (await gpu.requestAdapter()) !== null;
		}),
		serviceWorker: 'serviceWorker' in navigator,
	};
}

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
export function shortcomings(device: DeviceFacts): readonly string[] {
	const sentences: string[] = [];
	if (!device.webCodecs) {
		sentences.push(
			'This browser cannot decode and encode video by itself, so ffmpeg does all the work, slower. A current Chrome, Edge or Firefox is faster.',
		);
	}
	if (!device.privateFiles) {
		sentences.push(
			'This browser gives no private file space here (private windows often do not), so copies and exports cannot be kept.',
		);
	}
	return sentences;
}
