import type { EditorAction } from '$lib/app/keys/actions';

const NAMES = [
	'toggle-batch',
	'batch-export',
	'toggle-lock',
	'move-batch-box-back',
	'move-batch-box-forward',
	'next-marker',
	'subprofile-1',
	'subprofile-2',
	'subprofile-3',
	'subprofile-4',
	'subprofile-5',
	'subprofile-6',
	'subprofile-7',
	'subprofile-8',
	'subprofile-9',
] as const satisfies readonly EditorAction[];

export type BatchAction = (typeof NAMES)[number];

/** What keys do to the batch. */
export type BatchCommands = Readonly<Record<BatchAction, () => void>>;

const names: ReadonlySet<EditorAction> = new Set(NAMES);
export const isBatchAction = (action: EditorAction): action is BatchAction => names.has(action);
