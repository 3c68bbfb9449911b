import type { Attachment } from 'svelte/attachments';

/** What is loaded above and in a section moves it: it is held at its place for so long, in milliseconds, or until somebody takes over. */
const HELD_MS = 3000;
const TAKEN_OVER = ['wheel', 'pointerdown', 'touchstart', 'keydown'] as const;

/** Brings a heading into view, with the focus, when the address ends with `#anchor`; also when it is there only later than the page. */
export function landHere(anchor: string | undefined): Attachment<HTMLElement> {
	return (heading) => {
		if (anchor === undefined) return undefined;
		const gone = new AbortController();
		let landing = new AbortController();
		const land = (): void => {
			landing.abort();
			if (location.hash !== `#${anchor}`) return;
			landing = new AbortController();
			hold(heading, AbortSignal.any([landing.signal, gone.signal]));
		};
		land();
		window.addEventListener('hashchange', land, { signal: gone.signal });
		return () => gone.abort();
	};
}

function hold(heading: HTMLElement, signal: AbortSignal): void {
	const done = new AbortController();
	const section = heading.parentElement ?? heading;
	const show = (): void => heading.scrollIntoView({ block: 'start' });
	// After the router, which gives the focus to the page.
	const first = requestAnimationFrame(() => heading.focus({ preventScroll: true }));
	const observer = new ResizeObserver(show);
	for (const part of section.parentElement?.children ?? [section]) observer.observe(part);
	const timer = setTimeout(() => done.abort(), HELD_MS);
	const end = (): void => {
		cancelAnimationFrame(first);
		clearTimeout(timer);
		observer.disconnect();
	};
	const options = { signal: done.signal, passive: true };
	for (const type of TAKEN_OVER) window.addEventListener(type, () => done.abort(), options);
	done.signal.addEventListener('abort', end);
	signal.addEventListener('abort', () => done.abort());
}
