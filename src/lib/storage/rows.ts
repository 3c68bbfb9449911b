/** What a zod schema offers to a reader. */
export interface RowSchema<T> {
	safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

/**
 * Reads rows through their schemas. Rows may come from an older or newer app: one that does not parse is left out of the answer,
 * reported once in the console, counted, and kept in the database.
 */
export class RowReader {
	#bad = new Set<string>();

	/** How many rows were found that do not parse. */
	get badRows(): number {
		return this.#bad.size;
	}

	/** The row, or undefined when it is absent or does not parse. `what` names it in the report. */
	read<T>(schema: RowSchema<T>, value: unknown, what: string): T | undefined {
		if (value === undefined) return undefined;
		const parsed = schema.safeParse(value);
		if (parsed.success) return parsed.data;
		if (!this.#bad.has(what)) {
			this.#bad.add(what);
			console.warn(`Octocut could not read ${what} and left it as it is: ${parsed.error.message}`);
		}
		return undefined;
	}

	readAll<T>(schema: RowSchema<T>, values: readonly unknown[], table: string, keyOf: (value: unknown) => string): T[] {
		return values.flatMap((value) => this.read(schema, value, `${table} ${keyOf(value)}`) ?? []);
	}
}
