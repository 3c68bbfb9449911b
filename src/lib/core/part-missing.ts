/** What Chromium, Firefox, Safari and Vite (for the styles of a part) say where code that comes when it is needed cannot be fetched. */
const WORDS =
	/dynamically imported module|importing a module script failed|unable to preload css|failed to load module script/i;

/** Whether something thrown says that a part of the app could not be fetched: the network went off before it was kept here. */
export const isPartMissing = (thrown: unknown): boolean => thrown instanceof Error && WORDS.test(thrown.message);
