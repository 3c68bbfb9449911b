import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` compares the tables of all rooms with the migrations there are, and writes the next one. */
export default defineConfig({
	dialect: 'sqlite',
	schema: './sync-server/*/tables.ts',
	out: './sync-server/db/migrations',
});
