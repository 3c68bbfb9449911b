import { expect, test } from 'vitest';
import { belongsToElement } from './key-owner.ts';

function element(html: string): Element {
	document.body.innerHTML = html;
	return document.body.querySelector('[data-it]')!;
}

test('letters belong to text fields, Escape does not', () => {
	const field = element('<input data-it type="text" />');
	expect(belongsToElement(field, 'KeyI', false)).toBe(true);
	expect(belongsToElement(field, 'Space', true)).toBe(true);
	expect(belongsToElement(field, 'Escape', false)).toBe(false);
	expect(belongsToElement(element('<p contenteditable="true"><b data-it>a</b></p>'), 'KeyI', false)).toBe(true);
});

test('a slider keeps its arrows and gives the letters away', () => {
	const slider = element('<input data-it type="range" />');
	expect(belongsToElement(slider, 'ArrowLeft', false)).toBe(true);
	expect(belongsToElement(slider, 'KeyI', false)).toBe(false);
});

test('Space presses a button reached with Tab, and plays after one was clicked', () => {
	const button = element('<button data-it>In</button>');
	expect(belongsToElement(button, 'Space', false)).toBe(true);
	expect(belongsToElement(button, 'Space', true)).toBe(false);
	expect(belongsToElement(button, 'ArrowLeft', false)).toBe(false);
});

test('a tick takes Space and leaves Enter; a panel that was gone to takes neither', () => {
	const tick = element('<input data-it type="checkbox" />');
	expect(belongsToElement(tick, 'Space', false)).toBe(true);
	expect(belongsToElement(tick, 'Enter', false)).toBe(false);
	const panel = element('<div data-it role="tabpanel" tabindex="-1"></div>');
	expect(belongsToElement(panel, 'Space', false)).toBe(false);
	expect(belongsToElement(panel, 'Enter', false)).toBe(false);
});

test('everything in a modal dialog or a menu stays there', () => {
	expect(belongsToElement(element('<div role="dialog" aria-modal="true"><p data-it></p></div>'), 'KeyI', false)).toBe(
		true,
	);
	expect(belongsToElement(element('<div role="menu"><p data-it></p></div>'), 'ArrowDown', false)).toBe(true);
	expect(belongsToElement(element('<div role="dialog"><p data-it></p></div>'), 'KeyI', false)).toBe(false);
});

test('Enter opens what a button is for, but labels on the chosen segment of the list', () => {
	expect(belongsToElement(element('<button data-it data-segment-row>1</button>'), 'Enter', false)).toBe(true);
	const chosen = element('<button data-it data-segment-row aria-current="true">1</button>');
	expect(belongsToElement(chosen, 'Enter', false)).toBe(false);
	expect(belongsToElement(chosen, 'Space', false)).toBe(true);
});
