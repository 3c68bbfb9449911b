import type { Attachment } from 'svelte/attachments';
import { showShortcut } from '../shortcut/shortcut.ts';

/** Rest before a tooltip shows, in milliseconds; none when another was shown just before. */
const REST_MS = 500;
const GAP_PX = 8;

let bubble: HTMLElement | undefined;
let owner: Element | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = -Infinity;

/**
 * Shows `text`, with its keys, beside a control while the pointer rests on it or the keyboard is there.
 *
 * One element serves the whole page, so that a hundred buttons cost nothing. It is a hint for the eyes: the control's own
 * label and `aria-keyshortcuts` tell the same to a screen reader. Escape hides it (WCAG 1.4.13).
 */
export function tooltip(text: string | undefined, shortcut?: string): Attachment {
	return (element) => {
		const words = [text, shortcut === undefined ? '' : showShortcut(shortcut)];
		if (!words.some(Boolean)) return undefined;
		const abort = new AbortController();
		const on = (type: string, listener: (event: Event) => void): void =>
			element.addEventListener(type, listener, { signal: abort.signal });
		on('pointerenter', (event) => {
			if (event instanceof PointerEvent && event.pointerType === 'mouse') plan(element, words);
		});
		on('focus', () => {
			if (element.matches(':focus-visible')) show(element, words);
		});
		for (const type of ['pointerleave', 'blur', 'pointerdown']) on(type, () => hide(element));
		return () => {
			abort.abort();
			hide(element);
		};
	};
}

function plan(element: Element, words: readonly (string | undefined)[]): void {
	clearTimeout(timer);
	const rest = performance.now() - hiddenAt < 300 ? 0 : REST_MS;
	timer = setTimeout(() => show(element, words), rest);
}

function show(element: Element, [text, keys]: readonly (string | undefined)[]): void {
	clearTimeout(timer);
	if (!element.isConnected) return;
	bubble ??= createBubble();
	bubble.replaceChildren(text ?? '');
	if (keys) {
		const kbd = document.createElement('kbd');
		kbd.textContent = keys;
		bubble.append(kbd);
	}
	owner = element;
	// Inside an open dialog everything outside is inert and below: the bubble joins it there.
	(element.closest('[role="dialog"]') ?? document.body).append(bubble);
	bubble.showPopover();
	place(bubble, element.getBoundingClientRect());
}

function hide(element: Element): void {
	clearTimeout(timer);
	if (owner !== element || bubble === undefined) return;
	owner = undefined;
	hiddenAt = performance.now();
	if (bubble.isConnected) bubble.hidePopover();
}

function createBubble(): HTMLElement {
	const element = document.createElement('div');
	element.className = 'octocut-tooltip';
	element.popover = 'manual';
	element.setAttribute('aria-hidden', 'true');
	window.addEventListener('keydown', (event) => {
		if (event.key === 'Escape' && owner !== undefined) hide(owner);
	});
	window.addEventListener('scroll', () => owner !== undefined && hide(owner), { capture: true, passive: true });
	return element;
}

/** Above the control, or below where there is no room; always inside the window. */
function place(element: HTMLElement, at: DOMRect): void {
	const { width, height } = element.getBoundingClientRect();
	const left = Math.min(Math.max(GAP_PX, at.left + at.width / 2 - width / 2), innerWidth - width - GAP_PX);
	const above = at.top - height - GAP_PX;
	element.style.left = `${left}px`;
	element.style.top = `${above >= GAP_PX ? above : at.bottom + GAP_PX}px`;
}
