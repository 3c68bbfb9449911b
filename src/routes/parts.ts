import type { Component } from 'svelte';
import type { Fingerprint } from '#core/fingerprint';

type Load = () => Promise<Record<string, unknown>>;
/** Parts that are being built: present or not. Replaced by plain imports when they are there. */
const found = import.meta.glob([
	'/src/lib/features/editor/EditorPage.svelte',
	'/src/lib/features/exports/ExportsPage.svelte',
	'/src/lib/features/exports/ExportsSheet.svelte',
]) as Record<string, Load>;

export const part = async (path: string): Promise<Record<string, unknown> | undefined> => found[`/src/lib/${path}`]?.();
export type Page = Component<{ media?: Fingerprint; open?: boolean; onclose?: () => void }>;
export const pagePart = async (path: string): Promise<Page | undefined> =>
	(await part(path))?.['default'] as Page | undefined;
