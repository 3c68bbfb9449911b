/** How far outside of the window counts as near, in CSS pixels. */
const MARGIN_PX = 400;

/** An attachment: calls `found` once, as soon as the element is in the window or close to it. */
export const onceNear =
	(found: () => void) =>
	(element: HTMLElement): (() => void) => {
		const observer = new IntersectionObserver(
			(entries) => {
				if (!entries.some((entry) => entry.isIntersecting)) return;
				observer.disconnect();
				found();
			},
			{ rootMargin: `${MARGIN_PX}px` },
		);
		observer.observe(element);
		return () => observer.disconnect();
	};
