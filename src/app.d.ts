declare global {
	namespace App {
		interface PageState {
			/** The exports sheet lies over the page. */
			exports?: boolean;
			/** The capture that the gallery shows large. */
			capture?: string;
		}
	}
}

export {};
