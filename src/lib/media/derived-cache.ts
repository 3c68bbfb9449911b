/**
 * Where what was made of a file is kept between visits, by name ("strip/64/12000000.webp"). A cache: what it loses is made again, so
 * neither method rejects, and a reader checks what it gets.
 */
export interface DerivedCache {
	get(name: string): Promise<Blob | undefined>;
	put(name: string, made: Blob): Promise<void>;
	/** Of a cache that others fill: for which key frames it has pictures, in ascending seconds; undefined when it cannot tell. */
	times?(): Promise<Float64Array | undefined>;
}
