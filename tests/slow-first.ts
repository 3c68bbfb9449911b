import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, longest first. One that starts last leaves the other core with nothing to do, and where nobody has run the tests
 * before, as in CI, Vitest knows files by their size only.
 */
const SLOW = [
	...['server-same', 'server-browser', 'server-exports', 'film', 'captures', 'encoders', 'server-codecs'],
	...['playing.browser', 'export.browser', 'remote-export.browser', 'copy.browser', 'remote-reading.browser'],
	...['joints.browser', 'film.browser', 'video-analyst.browser'],
];

const place = ({ moduleId }: TestSpecification): number => {
	const name = moduleId.slice(moduleId.lastIndexOf('/') + 1).replace('.test.ts', '');
	const at = SLOW.indexOf(name);
	return at < 0 ? SLOW.length : at;
};

/** Starts the slow files first. */
export class SlowFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return (await super.sort(files)).sort((a, b) => place(a) - place(b));
	}
}
