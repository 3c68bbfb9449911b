import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem, release } from 'node:os';

/** What the figures were taken on. */
export function machine(browserVersion: string): Record<string, string | number> {
	const [cpu] = cpus();
	return {
		cpu: cpu?.model.trim() || 'unknown processor',
		cores: cpus().length,
		memoryGB: Math.round(totalmem() / 1e9),
		system: `Linux ${release()}`,
		node: process.version,
		browser: `Chromium ${browserVersion}`,
		ffmpeg: execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split(/\s+/)[2] ?? 'unknown',
		loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
	};
}
