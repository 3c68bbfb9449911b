import { resolve } from '$app/paths';

/**
 * Loads the page again when the app answers, from its host or from what is kept here. False when it does not: the browser's own page about
 * the network would take the place of this one.
 */
export async function startAnew(): Promise<boolean> {
	try {
		if (!(await fetch(resolve('/'))).ok) return false;
	} catch (thrown) {
		console.warn('The app does not answer:', thrown);
		return false;
	}
	location.reload();
	return true;
}
