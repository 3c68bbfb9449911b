import { MediaQuery } from 'svelte/reactivity';

let coarse: MediaQuery | undefined;

/** Whether fingers are the main way to point on this device; in templates and effects it follows a change. */
export function byTouch(): boolean {
	coarse ??= new MediaQuery('(pointer: coarse)');
	return coarse.current;
}
