/**
 * Imported by eslint.config.js before the parser of Svelte files. Without this, each component is other code to the type checker than what it has
 * read from the disk, and the whole program is made anew for each of them; with it, components know each other's props too.
 */
process.env['SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK'] ??= '1';
