import type { TimelineColours } from './timeline-picture.ts';

/** The theme's colours for the canvas: read again when the theme changes. Call it while a component is set up. */
export function watchColours(canvas: () => HTMLElement): {
	readonly current: TimelineColours | undefined;
	readonly font: string;
} {
	let current: TimelineColours | undefined = $state.raw();
	let font = $state('12px sans-serif');

	$effect(() => {
		const read = (): void => {
			const style = getComputedStyle(canvas());
			const of = (name: string): string => style.getPropertyValue(name).trim();
			font = `12px ${of('--font') || 'sans-serif'}`;
			current = {
				ground: of('--raised'),
				ruler: of('--surface'),
				line: of('--line'),
				text: of('--text-soft'),
				faint: of('--line-strong'),
				segment: of('--pressed'),
				segmentEdge: of('--line-strong'),
				segmentText: of('--text'),
				chosen: of('--accent-soft'),
				chosenEdge: of('--accent'),
				onChosen: of('--text'),
				pending: of('--accent'),
				wave: of('--text-faint'),
				found: of('--warning'),
				light: style.colorScheme === 'light',
			};
		};
		read();
		const observer = new MutationObserver(read);
		observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
		const scheme = window.matchMedia('(prefers-color-scheme: light)');
		scheme.addEventListener('change', read);
		return () => {
			observer.disconnect();
			scheme.removeEventListener('change', read);
		};
	});

	return {
		get current() {
			return current;
		},
		get font() {
			return font;
		},
	};
}
