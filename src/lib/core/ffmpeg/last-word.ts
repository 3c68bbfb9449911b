/** ffmpeg's last complaint, without addresses and our own file names. */
export function lastWord(log: readonly string[]): string {
	const said = log.map(plain).filter((line) => line !== '' && !/^(Conversion failed|Error opening|Aborted)/.test(line));
	return said.at(-1) ?? 'ffmpeg said nothing';
}

const plain = (line: string): string =>
	line
		.replace(/^(\[[^\]]*\]\s*)+/, '')
		.replace(/^(file:)?\/io\/\w+:\s*|^file:[^:]+:\s*/, '')
		.trim();
