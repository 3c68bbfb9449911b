import { and, desc, eq, notInArray, sql } from 'drizzle-orm';
import type { Database } from '../db/open-database.ts';
import { webhookDeliveries, webhooks } from './tables.ts';

export type WebhookRow = typeof webhooks.$inferSelect;
export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** Of each webhook. */
const KEPT_DELIVERIES = 10;

/** Webhooks and what was sent to them, as rows. */
export class WebhookRows {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Oldest first. */
	all(): WebhookRow[] {
		return this.#db.orm
			.select()
			.from(webhooks)
			.orderBy(webhooks.createdAt, sql`rowid`)
			.all();
	}

	get(id: string): WebhookRow | undefined {
		return this.#db.orm.select().from(webhooks).where(eq(webhooks.id, id)).get();
	}

	add(row: WebhookRow): void {
		this.#db.orm.insert(webhooks).values(row).run();
	}

	change(id: string, change: Partial<WebhookRow>): void {
		if (Object.keys(change).length === 0) return;
		this.#db.orm.update(webhooks).set(change).where(eq(webhooks.id, id)).run();
	}

	/** What was sent to it goes as well. */
	remove(id: string): boolean {
		return this.#db.orm.delete(webhooks).where(eq(webhooks.id, id)).run().changes > 0;
	}

	/** Newest first. */
	deliveries(webhook: string): DeliveryRow[] {
		return this.#db.orm
			.select()
			.from(webhookDeliveries)
			.where(eq(webhookDeliveries.webhookId, webhook))
			.orderBy(desc(webhookDeliveries.at), desc(sql`rowid`))
			.limit(KEPT_DELIVERIES)
			.all();
	}

	/** The oldest beyond ten are forgotten. */
	addDelivery(row: DeliveryRow): void {
		this.#db.orm.insert(webhookDeliveries).values(row).run();
		const kept = this.deliveries(row.webhookId).map(({ id }) => id);
		this.#db.orm
			.delete(webhookDeliveries)
			.where(and(eq(webhookDeliveries.webhookId, row.webhookId), notInArray(webhookDeliveries.id, kept)))
			.run();
	}

	changeDelivery(id: string, change: Partial<DeliveryRow>): void {
		this.#db.orm.update(webhookDeliveries).set(change).where(eq(webhookDeliveries.id, id)).run();
	}

	delivery(id: string): DeliveryRow | undefined {
		return this.#db.orm.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id)).get();
	}
}
