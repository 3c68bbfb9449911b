import type { BatchCommands } from '../batch-commands.ts';
import type { BatchState } from './batch-state.svelte.ts';

/** What keys do to the batch. */
export function batchCommandsOf(batch: BatchState): BatchCommands {
	const subprofile = (number: number) => (): void => batch.chooseSubprofile(number);
	return {
		'toggle-batch': () => {
			batch.toggle();
			if (batch.on) batch.showPanel();
		},
		'batch-export': () => void batch.exportBatch(),
		'toggle-lock': () => batch.cursor.toggleLock(),
		'move-batch-box-back': () => batch.cursor.moveByFrames(-1),
		'move-batch-box-forward': () => batch.cursor.moveByFrames(1),
		'next-marker': () => batch.nextMarker(),
		'subprofile-1': subprofile(1),
		'subprofile-2': subprofile(2),
		'subprofile-3': subprofile(3),
		'subprofile-4': subprofile(4),
		'subprofile-5': subprofile(5),
		'subprofile-6': subprofile(6),
		'subprofile-7': subprofile(7),
		'subprofile-8': subprofile(8),
		'subprofile-9': subprofile(9),
	};
}
