import { tick } from 'svelte';
import { panelIdOf } from '$lib/ui/tab-bar/tab-ids';
import type { PanelName } from './desk-state.svelte.ts';

/** A panel that is fetched first has its field a little later: so many frames it is waited for. */
const WAITED_FRAMES = 30;

/** Puts the cursor into the field with this `data-testid`, and chooses its text. */
export async function focusField(root: HTMLElement, testId: string): Promise<void> {
	await tick();
	for (let frame = 0; frame < WAITED_FRAMES; frame += 1) {
		const field = root.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
		if (field !== null) {
			field.focus();
			if (field instanceof HTMLInputElement) field.select();
			return;
		}
		await new Promise((next) => requestAnimationFrame(next));
	}
}

/** Goes into a panel, so that Tab reaches its first field. */
export async function focusPanel(root: HTMLElement, panel: PanelName): Promise<void> {
	await tick();
	root.querySelector<HTMLElement>(`#${panelIdOf(panel)}`)?.focus();
}
