declare global {
	namespace App {
		interface PageState {
			/** The exports sheet lies over the page. */
			exports?: boolean;
		}
	}
}

export {};
