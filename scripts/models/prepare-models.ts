import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelManifestSchema, type ModelEntry, type ModelManifest } from '../../src/lib/core/vision/model-manifest.ts';
import { fetchPackage, type PackageFile, type PackArchive } from './fetch-package.ts';
import { ModelError } from './model-error.ts';
import { recipes as allRecipes, type ModelRecipe, type PackagePin } from './recipes.ts';
import { writeWhole } from './write-whole.ts';

export interface Preparation {
	/** Where models and manifest go. */
	readonly folder: string;
	readonly recipes?: readonly ModelRecipe[];
	/** How archives are fetched; npm unless given. */
	readonly pack?: PackArchive;
	/** Called before something that takes a while. */
	readonly say?: (sentence: string) => void;
}

export interface Prepared {
	readonly manifest: ModelManifest;
	/** A failure for each package that could not be had; its models are not in the manifest. */
	readonly failures: readonly ModelError[];
}

/**
 * Puts the models where the app looks for them, with their licences and a manifest of those that are there. What is there already, to
 * the byte, is left alone; when all is, nothing is written.
 *
 * @throws ModelError `disk` when the folder cannot be written to
 */
export async function prepareModels({ folder, recipes = allRecipes, pack, say }: Preparation): Promise<Prepared> {
	const pins = [...new Set(recipes.map((recipe) => recipe.pin))];
	const preparePackage = async (pin: PackagePin): Promise<ModelError | undefined> => {
		const lacking = await filter(recipes, async (recipe) => recipe.pin === pin && !(await isHere(folder, recipe)));
		if (lacking.length === 0) return undefined;
		say?.(`Fetching ${lacking.map(({ entry }) => entry.title).join(' and ')} (${pin.name}@${pin.version}), once …`);
		try {
			const file = await fetchPackage(pin, pack);
			for (const recipe of lacking) await make(folder, recipe, file);
			return undefined;
		} catch (error) {
			if (error instanceof ModelError) return error;
			throw error;
		}
	};
	const failures = (await Promise.all(pins.map(preparePackage))).filter((failure) => failure !== undefined);
	const here = await filter(recipes, (recipe) => isHere(folder, recipe));
	const manifest: ModelManifest = { version: 1, models: here.map(({ entry }) => entry) };
	const text = `${JSON.stringify(modelManifestSchema.parse(manifest), null, '\t')}\n`;
	const path = join(folder, 'manifest.json');
	if (here.length > 0 && (await read(path))?.toString() !== text) await writeWhole(path, text);
	return { manifest, failures };
}

async function make(folder: string, { entry, licencePath, making }: ModelRecipe, file: PackageFile): Promise<void> {
	const bytes = making.how === 'copy' ? file(entry.source.path) : await convert(entry, making.plan, file);
	const sha256 = digestOf(bytes);
	if (sha256 !== entry.sha256) {
		const [found, expected] = [`${bytes.length} bytes, ${sha256}`, `${entry.bytes} bytes, ${entry.sha256}`];
		throw new ModelError('integrity', `${entry.title} came out differently: ${found}; expected ${expected}.`);
	}
	const licence = Buffer.concat([Buffer.from(`${entry.licence.notice}\n\n`), file(licencePath)]);
	await writeWhole(join(folder, entry.licence.file), licence);
	await writeWhole(join(folder, entry.file), bytes);
}

/** The converter comes with the first model that needs it: most starts find everything here. */
async function convert(
	{ source, title }: ModelEntry,
	plan: Extract<ModelRecipe['making'], { how: 'convert' }>['plan'],
	file: PackageFile,
): Promise<Uint8Array> {
	const [{ readGraphModel }, { convertGraphModel }] = await Promise.all([
		import('./convert/read-graph-model.ts'),
		import('./convert/convert-graph-model.ts'),
	]);
	const folder = source.path.slice(0, source.path.lastIndexOf('/') + 1);
	const json = Buffer.from(file(source.path)).toString();
	return convertGraphModel(
		readGraphModel(title, json, (path) => file(`${folder}${path}`)),
		plan,
	);
}

async function isHere(folder: string, { entry }: ModelRecipe): Promise<boolean> {
	const licence = await read(join(folder, entry.licence.file));
	const model = licence && (await read(join(folder, entry.file)));
	return model?.length === entry.bytes && digestOf(model) === entry.sha256;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function read(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
		throw new ModelError('disk', `${path} could not be read (${code ?? String(error)}).`, { cause: error });
	}
}

async function filter<T>(all: readonly T[], test: (one: T) => Promise<boolean>): Promise<readonly T[]> {
	const kept = await Promise.all(all.map(test));
	return all.filter((_, at) => kept[at]);
}
