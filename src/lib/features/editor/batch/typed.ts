/** Gives each number on as it is typed, so that what is shown beside a field follows every key; an empty field gives null. */
export const typed =
	(take: (value: number | null) => unknown) =>
	(event: Event): void => {
		if (!(event.currentTarget instanceof HTMLInputElement)) return;
		const { value, valueAsNumber } = event.currentTarget;
		if (value === '') take(null);
		else if (!Number.isNaN(valueAsNumber)) take(valueAsNumber);
	};
