/** Lines of a program with names in the place of paths: no path of this machine leaves it. Longer paths first. */
export function plainSays(
	lines: readonly string[],
	names: readonly (readonly [path: string, name: string])[],
): string[] {
	const longestFirst = [...names].sort(([a], [b]) => b.length - a.length);
	return lines.map((line) => longestFirst.reduce((text, [path, name]) => text.replaceAll(path, name), line));
}
