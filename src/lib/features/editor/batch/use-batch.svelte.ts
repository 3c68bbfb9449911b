import { untrack } from 'svelte';
import { attachBatch } from './batch-attach.svelte.ts';
import { batchCommandsOf } from './batch-commands-of.ts';
import { setBatch } from './batch-context.ts';
import { BatchState, type BatchOptions } from './batch-state.svelte.ts';
import type { BatchCommands } from '../batch-commands.ts';
import type { TimelineState } from '../timeline/timeline-state.svelte.ts';

/** The batch of the editor's page, for its panels and keys, for as long as the page is there. Call it while the page is made. */
export function useBatch({ timeline, ...options }: BatchOptions & { readonly timeline: TimelineState }): {
	readonly batch: BatchState;
	readonly commands: BatchCommands;
} {
	const batch = new BatchState(options);
	setBatch(batch);
	$effect(() => untrack(() => attachBatch({ batch, editor: options.editor, timeline })));
	return { batch, commands: batchCommandsOf(batch) };
}
