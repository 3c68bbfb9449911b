/** Whether text goes into the element when it is pasted there. */
export const isEditable = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement &&
	(target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement);
