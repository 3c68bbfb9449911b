import { SERVER_ERRORS } from '#core/media/source-failure';
import { checkReadable, type MediaBytes } from '$lib/media/media-bytes';

/** Between two looks whether the file can be read again, in milliseconds; each tries for some seconds itself. */
const AGAIN_MS = 1000;

/** Waits for the server of a file that is away. */
export class Comeback {
	#waiting: symbol | undefined;

	/** Calls `back` once `file` can be read; what was waited for before is forgotten. */
	wait(file: MediaBytes, back: () => void): void {
		const mine = (this.#waiting = Symbol());
		void this.#look(file, mine).then((found) => {
			if (!found || this.#waiting !== mine) return;
			this.#waiting = undefined;
			back();
		});
	}

	/** Whether something was waited for. */
	cancel(): boolean {
		const waited = this.#waiting !== undefined;
		this.#waiting = undefined;
		return waited;
	}

	async #look(file: MediaBytes, mine: symbol): Promise<boolean> {
		while (this.#waiting === mine) {
			try {
				await checkReadable(file);
				return true;
			} catch (thrown) {
				if (!(thrown instanceof DOMException)) throw thrown;
				// It is there, and the file is not, or is another: the next wish tells.
				if (thrown.name !== SERVER_ERRORS.offline) return true;
			}
			await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
		}
		return false;
	}
}
