const askFirst = (event: BeforeUnloadEvent): void => event.preventDefault();

let holds = 0;

/**
 * Has the browser ask before the page is left, until `written` has settled: what was pressed is not in the database yet, and would be lost
 * without a word.
 */
export async function holdPage<T>(written: Promise<T>): Promise<T> {
	holds += 1;
	addEventListener('beforeunload', askFirst);
	try {
		return await written;
	} finally {
		holds -= 1;
		// The page is kept ready for "Back" only while nothing listens.
		if (holds === 0) removeEventListener('beforeunload', askFirst);
	}
}
