import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder for the data of a server under test: no test sees what another one, or a person, keeps. */
export const dataFolder = (): string => mkdtempSync(join(tmpdir(), 'octocut-data-'));
