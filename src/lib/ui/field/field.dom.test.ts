import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import NumberField from '../number-field/NumberField.svelte';
import TextField from '../text-field/TextField.svelte';

let mounted: object | undefined;
afterEach(async () => {
	if (mounted !== undefined) await unmount(mounted);
});

test('label, input and the line under it belong together', () => {
	mounted = mount(TextField, { target: document.body, props: { label: 'Name', value: 'clip', error: 'Too long.' } });
	const input = document.querySelector('input')!;
	expect(document.querySelector('label')!.htmlFor).toBe(input.id);
	expect(input.value).toBe('clip');
	expect(input.getAttribute('aria-invalid')).toBe('true');
	expect(document.getElementById(input.getAttribute('aria-describedby')!)!.textContent).toBe('Too long.');
});

test('a number is given on inside its limits, an emptied field as null', () => {
	const onchange = vi.fn();
	mounted = mount(NumberField, {
		target: document.body,
		props: { label: 'Short side', value: 288, min: 16, max: 8192, onchange },
	});
	const input = document.querySelector('input')!;
	expect(input.hasAttribute('aria-invalid')).toBe(false);
	for (const typed of ['4', '']) {
		input.value = typed;
		input.dispatchEvent(new Event('change', { bubbles: true }));
		flushSync();
	}
	expect(onchange.mock.calls).toEqual([[16], [null]]);
});
