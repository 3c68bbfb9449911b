import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import TabBar from './TabBar.svelte';
import '../tokens.css';
import '../base.css';

const NAMES = ['segments', 'marks', 'files', 'lists', 'crop', 'batch', 'film', 'export'];

let box: HTMLElement;
let component: Record<string, unknown>;
let row: HTMLElement;

function open(value: string, widthPx: number): void {
	box.style.width = `${widthPx}px`;
	const tabs = NAMES.map((name) => ({ value: name, label: name }));
	component = mount(TabBar, { target: box, props: { label: 'Panels', tabs, value, onchange: () => undefined } });
	flushSync();
	const found = box.querySelector<HTMLElement>('[role="tablist"]');
	if (found === null) throw new Error('no row of tabs');
	row = found;
}

/** Whether the chosen tab is whole within the row, in front of no fade. */
function isWhole(): boolean {
	const tab = row.querySelector('[aria-selected="true"]')?.getBoundingClientRect();
	const { left, right } = row.getBoundingClientRect();
	return tab !== undefined && tab.left >= left - 1 && tab.right <= right + 1;
}

const fades = (): string[] => ['before', 'after'].filter((side) => row.classList.contains(side));

beforeEach(() => {
	box = document.createElement('div');
	document.body.append(box);
});
afterEach(async () => {
	await unmount(component);
	box.remove();
});

test('the chosen tab is in sight from the start, and the row fades where there is more', async () => {
	open('film', 300);
	await vi.waitFor(() => expect([isWhole(), fades()]).toEqual([true, ['before', 'after']]));
	expect(getComputedStyle(row).maskImage).toContain('gradient');
});

test('the chosen tab stays in sight when the row becomes narrower', async () => {
	open('batch', 900);
	await vi.waitFor(() => expect([isWhole(), fades()]).toEqual([true, []]));
	box.style.width = '260px';
	await vi.waitFor(() =>
		expect([row.clientWidth < 270, isWhole(), fades()]).toEqual([true, true, ['before', 'after']]),
	);
});

test('at an end of the row there is no fade on that side', async () => {
	open('segments', 300);
	await vi.waitFor(() => expect(fades()).toEqual(['after']));
	row.scrollLeft = row.scrollWidth;
	await vi.waitFor(() => expect(fades()).toEqual(['before']));
});
