import { expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';

test('sizes read with three digits at most', () => {
	expect(formatBytes(0)).toBe('0 B');
	expect(formatBytes(999)).toBe('999 B');
	expect(formatBytes(1_234_567)).toBe('1.23 MB');
	expect(formatBytes(12_345_678)).toBe('12.3 MB');
	expect(formatBytes(999_600)).toBe('1.00 MB');
	expect(formatBytes(8_589_934_592)).toBe('8.59 GB');
});
