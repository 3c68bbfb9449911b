import { misses, type Row } from './bench.ts';

/** What a person reads, and what goes into docs/benchmarks.md: a Markdown table. */
export function table(bench: string, machine: Readonly<Record<string, string | number>>, rows: readonly Row[]): string {
	const head = ['figure', 'median', 'target', 'met', 'runs'];
	const lines = rows.map((row) => [
		row.name,
		figure(row.value, row.unit),
		row.target === null ? '–' : `${row.better === 'lower' ? '≤' : '≥'} ${figure(row.target, row.unit)}`,
		row.target === null ? '–' : misses(row) ? '**no**' : 'yes',
		row.samples.map((sample) => figure(sample, '')).join(', '),
	]);
	const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
	const print = (cells: readonly string[]): string =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const about = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
	return [
		'',
		`## ${bench}`,
		'',
		about.join(' · '),
		'',
		print(head),
		`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
		...lines.map(print),
		'',
	].join('\n');
}

function figure(value: number, unit: string): string {
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
	return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
