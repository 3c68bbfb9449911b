/** What a detector is chosen for: people and things, or faces. */
export const MODEL_USES = ['things', 'faces'] as const;
export type ModelUse = (typeof MODEL_USES)[number];

/** Which detector a person has chosen, by its name on the shelf; where none is, the one that comes with the app. */
export type ModelDefaults = Readonly<Partial<Record<ModelUse, string>>>;

/** Read when the app opens, so it does without the schema library. */
export const ModelDefaults = {
	safeParse(value: unknown): { success: true; data: ModelDefaults } | { success: false } {
		if (typeof value !== 'object' || value === null) return { success: false };
		const given = new Map(Object.entries(value));
		const chosen = MODEL_USES.flatMap((use) => {
			const name: unknown = given.get(use);
			return typeof name === 'string' ? [[use, name] as const] : [];
		});
		return { success: true, data: Object.fromEntries(chosen) };
	},
};

export const MODEL_DEFAULTS_KEY = 'models.defaults';

/** The detectors that come with the app, by their names in the manifest. */
export const BUILT_IN_DEFAULTS: Readonly<Record<ModelUse, string>> = { things: 'coco-ssd', faces: 'blazeface-back' };
