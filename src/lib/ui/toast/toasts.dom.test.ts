import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from './toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a message goes by itself', () => {
	const toasts = new Toasts();
	toasts.show({ kind: 'info', text: 'Saved' });
	expect(toasts.shown).toHaveLength(1);
	vi.advanceTimersByTime(5000);
	expect(toasts.shown).toHaveLength(0);
});

test('a message with an action stays until it is dismissed', () => {
	const toasts = new Toasts();
	const id = toasts.show({ kind: 'info', text: 'New version', action: { label: 'Reload', run: () => undefined } });
	vi.advanceTimersByTime(60_000);
	expect(toasts.shown.map((toast) => toast.id)).toEqual([id]);
	toasts.dismiss(id);
	expect(toasts.shown).toEqual([]);
});

test('a passing message goes by itself though there is something to press', () => {
	const toasts = new Toasts();
	toasts.show({ kind: 'info', text: 'Queued', action: { label: 'Show', run: () => undefined }, passing: true });
	vi.advanceTimersByTime(5000);
	expect(toasts.shown).toEqual([]);
});

test('a message under the pointer stays, and its time starts anew after', () => {
	const toasts = new Toasts();
	const id = toasts.show({ kind: 'success', text: 'Done' });
	toasts.pause(id);
	vi.advanceTimersByTime(60_000);
	expect(toasts.shown).toHaveLength(1);
	toasts.resume(id);
	vi.advanceTimersByTime(5000);
	expect(toasts.shown).toHaveLength(0);
});

test('the same words are shown once, and never more than four messages', () => {
	const toasts = new Toasts();
	toasts.show({ kind: 'info', text: 'a' });
	toasts.show({ kind: 'info', text: 'a' });
	expect(toasts.shown).toHaveLength(1);
	for (const text of ['b', 'c', 'd', 'e']) toasts.show({ kind: 'info', text });
	expect(toasts.shown.map((toast) => toast.text)).toEqual(['b', 'c', 'd', 'e']);
});
