import type { Component } from 'svelte';

/** Something to do, as a line of a menu. */
export interface MenuAction {
	readonly label: string;
	readonly run: () => void;
	/** A lucide icon. */
	readonly icon?: Component<{ size?: number | string }>;
	/** Makes it one of a set: marked when true. */
	readonly checked?: boolean;
	readonly danger?: boolean;
	readonly disabled?: boolean;
	/** Keys in `aria-keyshortcuts` form. */
	readonly shortcut?: string;
	readonly testId?: string;
}

/** `'separator'` draws a line between groups. */
export type MenuEntry = MenuAction | 'separator';
