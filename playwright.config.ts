import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './tests/chromium.ts';
import { dataFolder } from './tests/data-folder.ts';
import { PATIENCE_MS } from './tests/patience.ts';

/** Another one when two checkouts are tested at once. */
const port = Number(process.env['E2E_PORT'] ?? 8797);

export default defineConfig({
	testDir: 'tests/e2e',
	// Beside the reports: Playwright empties this folder.
	outputDir: 'test-results/e2e',
	globalSetup: './tests/fixtures/make.ts',
	fullyParallel: true,
	workers: 2,
	forbidOnly: !!process.env['CI'],
	retries: 0,
	timeout: 180_000,
	// Of a machine under load: no test is about time.
	expect: { timeout: PATIENCE_MS },
	reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
	use: {
		baseURL: `http://localhost:${port}`,
		launchOptions: chromiumLaunch(),
		// What was done, said and fetched, and a picture of the end. Snapshots of every step cost more than the tests themselves.
		trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
		screenshot: 'only-on-failure',
		// Each test is a first visit, on which a worker would fetch the whole app again. Tests of what it does allow it.
		serviceWorkers: 'block',
	},
	webServer: {
		command: 'node --import tsx sync-server/main.ts',
		env: { PORT: String(port), HOST: 'localhost', DATA_DIR: dataFolder() },
		url: `http://localhost:${port}/api/health`,
		reuseExistingServer: false,
	},
});
