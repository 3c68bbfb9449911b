const systems: readonly (readonly [RegExp, string])[] = [
	[/iPhone/, 'iPhone'],
	[/iPad/, 'iPad'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/CrOS/, 'ChromeOS'],
	[/Mac OS X|Macintosh/, 'Mac'],
	[/Linux|X11/, 'Linux'],
];
const browsers: readonly (readonly [RegExp, string])[] = [
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\/|Opera/, 'Opera'],
	[/SamsungBrowser\//, 'Samsung Internet'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
	[/Safari\//, 'Safari'],
	[/curl\//, 'curl'],
];

/** What a person may recognise a device by, until they name it: "Chrome on Android". */
export function deviceName(userAgent: string | undefined): string {
	const browser = browsers.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
	const system = systems.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
	if (browser === undefined) return system ?? 'A program';
	return system === undefined ? browser : `${browser} on ${system}`;
}
