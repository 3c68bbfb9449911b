import { tick } from 'svelte';

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
