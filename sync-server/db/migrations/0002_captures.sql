CREATE TABLE `captures` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`message` text,
	`job_id` text,
	`request` text NOT NULL,
	`origin` text NOT NULL,
	`notes` text NOT NULL,
	`name` text NOT NULL,
	`source` text NOT NULL,
	`source_name` text NOT NULL,
	`title` text NOT NULL,
	`subtitle` text,
	`year` integer,
	`user` text,
	`search_text` text NOT NULL,
	`start_s` real NOT NULL,
	`end_s` real,
	`format` text NOT NULL,
	`path` text,
	`bytes` integer NOT NULL,
	`width` integer,
	`height` integer,
	`duration_s` real,
	`favourite` integer NOT NULL,
	`media_id` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `captures_id_unique` ON `captures` (`id`);--> statement-breakpoint
CREATE INDEX `captures_created` ON `captures` (`created_at`,`n`);--> statement-breakpoint
CREATE INDEX `captures_name` ON `captures` (`name`,`n`);--> statement-breakpoint
CREATE INDEX `captures_bytes` ON `captures` (`bytes`,`n`);--> statement-breakpoint
CREATE INDEX `captures_kept` ON `captures` (`favourite`,`created_at`);--> statement-breakpoint
CREATE INDEX `captures_job` ON `captures` (`job_id`);--> statement-breakpoint
CREATE INDEX `captures_path` ON `captures` (`path`);--> statement-breakpoint
CREATE INDEX `captures_facets` ON `captures` (`status`,`type`,`source`,`favourite`,`created_at`,`bytes`);--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`from` text NOT NULL,
	`label` text,
	`sealed` text,
	`mappings` text NOT NULL,
	`unmatched` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `shares` (
	`id` text PRIMARY KEY NOT NULL,
	`capture_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`password_hash` text,
	`password_version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`max_views` integer,
	`views` integer NOT NULL,
	`download` integer NOT NULL,
	FOREIGN KEY (`capture_id`) REFERENCES `captures`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shares_token_hash_unique` ON `shares` (`token_hash`);--> statement-breakpoint
CREATE INDEX `shares_capture` ON `shares` (`capture_id`);--> statement-breakpoint
CREATE INDEX `shares_created` ON `shares` (`created_at`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`webhook_id` text NOT NULL,
	`event` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`status` integer,
	`message` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_at` ON `webhook_deliveries` (`webhook_id`,`at`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`sealed` text NOT NULL,
	`events` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_at` integer NOT NULL
);
