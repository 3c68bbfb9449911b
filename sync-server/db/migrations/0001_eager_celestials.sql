CREATE TABLE `devices` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`tokenHash` text NOT NULL,
	`createdAt` integer NOT NULL,
	`lastSeenAt` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_tokenHash_unique` ON `devices` (`tokenHash`);--> statement-breakpoint
CREATE TABLE `job_turns` (
	`lane` text NOT NULL,
	`device` text NOT NULL,
	`served` integer NOT NULL,
	PRIMARY KEY(`lane`, `device`)
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`lane` text NOT NULL,
	`state` text NOT NULL,
	`title` text NOT NULL,
	`priority` integer NOT NULL,
	`device` text NOT NULL,
	`group` text,
	`key` text,
	`payload` text,
	`result` text,
	`error` text,
	`notes` text NOT NULL,
	`log` text NOT NULL,
	`progress` real NOT NULL,
	`step` text NOT NULL,
	`speed` real,
	`eta_s` real,
	`attempts` integer NOT NULL,
	`max_attempts` integer NOT NULL,
	`run_after` integer NOT NULL,
	`worker` text,
	`lease_until` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_id_unique` ON `jobs` (`id`);--> statement-breakpoint
CREATE INDEX `jobs_claim` ON `jobs` (`lane`,`state`,`priority`,`number`);--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`,`number`);--> statement-breakpoint
CREATE INDEX `jobs_created` ON `jobs` (`created_at`);--> statement-breakpoint
CREATE INDEX `jobs_group` ON `jobs` (`group`);--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_active_key` ON `jobs` (`key`) WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE TABLE `blobs` (
	`sha256` text PRIMARY KEY NOT NULL,
	`data` blob NOT NULL,
	`createdAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `document_updates` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`document` text NOT NULL,
	`data` blob NOT NULL,
	FOREIGN KEY (`document`) REFERENCES `documents`(`name`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `document_updates_document` ON `document_updates` (`document`);--> statement-breakpoint
CREATE TABLE `documents` (
	`name` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`updatedAt` text NOT NULL,
	`bytes` integer NOT NULL,
	`removedAtVector` blob
);
