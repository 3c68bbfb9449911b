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

/** Vite's address of a file that is served as it is. */
declare module '*.wasm?url' {
	const url: string;
	export { url as default };
}
