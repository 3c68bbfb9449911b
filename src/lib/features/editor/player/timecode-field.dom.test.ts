import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { PlayerState } from './player-state.svelte.ts';
import TimecodeField from './TimecodeField.svelte';

const mounted: (() => void)[] = [];
afterEach(() => {
	for (const remove of mounted.splice(0)) remove();
});

const asPlayer = (fake: unknown): PlayerState => fake as PlayerState;

function field() {
	const player = { timeS: 7.5, firstS: 5, endS: 65, seekToTime: vi.fn(() => Promise.resolve()) };
	const component = mount(TimecodeField, {
		target: document.body,
		props: { player: asPlayer(player) },
	});
	mounted.push(() => void unmount(component));
	flushSync();
	const input: HTMLInputElement = document.querySelector('[data-testid="timecode"]')!;
	const press = (key: string): void => {
		input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
		flushSync();
	};
	const type = (value: string): void => {
		input.value = value;
		input.dispatchEvent(new Event('input', { bubbles: true }));
		flushSync();
	};
	return { player, input, press, type, problem: () => document.querySelector('[role="alert"]')?.textContent };
}

test('it shows where the player is', () => {
	expect(field().input.value).toBe('0:00:07.500');
});

test.each([
	['12.5', 12.5],
	['1:00', 60],
	['65', 65],
])('%s and Enter goes there', (typed, timeS) => {
	const { player, press, type, input, problem } = field();
	type(typed);
	press('Enter');
	expect(player.seekToTime).toHaveBeenCalledExactlyOnceWith(timeS);
	expect([input.value, problem()]).toEqual(['0:00:07.500', undefined]);
});

test('a time as it is shown means the frame that it was shown for, which may begin a little later', () => {
	const { player, press, type } = field();
	type('0:00:41.033');
	press('Enter');
	const [timeS] = player.seekToTime.mock.calls[0]! as unknown as [number];
	expect(timeS).toBeGreaterThan(41 + 1 / 30);
	expect(timeS).toBeLessThan(41.034);
});

test('what is no time is told beside the field and goes nowhere', () => {
	const { player, press, type, input, problem } = field();
	type('soon');
	press('Enter');
	expect(player.seekToTime).not.toHaveBeenCalled();
	expect([input.value, input.getAttribute('aria-invalid')]).toEqual(['soon', 'true']);
	expect(problem()).toContain('no time');
});

test('a time outside the file is told with the times that are inside', () => {
	const { player, press, type, problem } = field();
	type('70');
	press('Enter');
	expect(player.seekToTime).not.toHaveBeenCalled();
	expect(problem()).toContain('0:00:05.000 to 0:01:05.000');
});

test('Escape restores', () => {
	const { press, type, input, problem } = field();
	type('nonsense');
	press('Enter');
	press('Escape');
	expect([input.value, problem()]).toEqual(['0:00:07.500', undefined]);
});
