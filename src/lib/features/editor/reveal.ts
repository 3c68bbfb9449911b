/**
 * Scrolls the nearest scrolled ancestor of `element`, and nothing beyond it, so that the element is seen. `start` brings it to the
 * top; `nearest` moves as little as needed.
 */
export function reveal(element: Element, place: 'start' | 'nearest'): void {
	const view = scrolledAncestor(element);
	if (view === undefined) return;
	const [box, frame] = [element.getBoundingClientRect(), view.getBoundingClientRect()];
	const padding = Number.parseFloat(getComputedStyle(view).scrollPaddingTop) || 0;
	const above = box.top - frame.top - padding;
	const below = box.bottom - frame.bottom;
	if (place === 'start' || above < 0) view.scrollTop += above;
	else if (below > 0) view.scrollTop += Math.min(below, above);
}

function scrolledAncestor(element: Element): Element | undefined {
	for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
		if (/auto|scroll/u.test(getComputedStyle(parent).overflowY)) return parent;
	}
	return undefined;
}
