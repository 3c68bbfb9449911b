import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './tests/chromium.ts';
import { dataFolder } from './tests/data-folder.ts';

/** Another one when two checkouts are tested at once. */
const port = Number(process.env['E2E_PORT'] ?? 8797);

export default defineConfig({
	testDir: 'tests/e2e',
	globalSetup: './tests/fixtures/make.ts',
	fullyParallel: true,
	workers: 2,
	forbidOnly: !!process.env['CI'],
	retries: 0,
	timeout: 180_000,
	reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
	use: { baseURL: `http://localhost:${port}`, launchOptions: chromiumLaunch(), trace: 'retain-on-failure' },
	webServer: {
		command: 'node --import tsx sync-server/main.ts',
		env: { PORT: String(port), HOST: 'localhost', DATA_DIR: dataFolder() },
		url: `http://localhost:${port}/api/health`,
		reuseExistingServer: false,
	},
});
