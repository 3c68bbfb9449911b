/** What SvelteKit gives a service worker, for the checker that knows workers only. */
declare module '$service-worker' {
	/** Path the app is served from, without a slash at the end. */
	export const base: string;
	/** Files that Vite made; their names carry a hash. */
	export const build: string[];
	/** Files of `static/`. */
	export const files: string[];
	export const prerendered: string[];
	/** Changes with every build. */
	export const version: string;
}

/** The file as a `data:` address inside the script. */
declare module '*.wasm?url&inline' {
	const url: string;
	export { url as default };
}
