/** Where a command speaks: results to stdout, everything else to stderr, so that results can be piped on. */
export class Console {
	readonly #json: boolean;
	readonly #showsProgress: boolean;

	constructor(json: boolean) {
		this.#json = json;
		this.#showsProgress = process.stderr.isTTY && !json;
	}

	/** The result: as JSON with --json, else as lines. */
	result(value: unknown, lines: readonly string[]): void {
		process.stdout.write(
			this.#json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
		);
	}

	text(text: string): void {
		process.stdout.write(text);
	}

	complain(sentence: string): void {
		process.stderr.write(`${sentence}\n`);
	}

	progress(name: string, share: number, step: string, speed: number | undefined): void {
		if (!this.#showsProgress) return;
		const fast = speed === undefined ? '' : ` ${speed.toFixed(1)}×`;
		process.stderr.write(`\r\u001b[K${name}  ${Math.floor(share * 100)} %  ${step}${fast}`);
	}

	clear(): void {
		if (this.#showsProgress) process.stderr.write('\r\u001b[K');
	}
}
