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
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `programs` (
	`pid` integer PRIMARY KEY NOT NULL,
	`ticks` text NOT NULL,
	`program` text NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE `library_folders` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`root_id` text NOT NULL,
	`parent_n` integer,
	`path` blob NOT NULL,
	`name` text NOT NULL,
	`place` text NOT NULL,
	`absent_ms` integer,
	FOREIGN KEY (`root_id`) REFERENCES `library_roots`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `library_folders_id_unique` ON `library_folders` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `library_folders_path` ON `library_folders` (`root_id`,`path`);--> statement-breakpoint
CREATE INDEX `library_folders_parent` ON `library_folders` (`parent_n`);--> statement-breakpoint
CREATE TABLE `library_media` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`folder_n` integer NOT NULL,
	`root_id` text NOT NULL,
	`raw_name` blob NOT NULL,
	`name` text NOT NULL,
	`sort_name` text NOT NULL,
	`search_text` text NOT NULL,
	`bytes` integer NOT NULL,
	`mtime_ms` real NOT NULL,
	`ino` real NOT NULL,
	`added_ms` integer NOT NULL,
	`absent_ms` integer,
	`fingerprint` text,
	`duration_s` real,
	`width` integer,
	`height` integer,
	FOREIGN KEY (`folder_n`) REFERENCES `library_folders`(`n`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `library_media_id_unique` ON `library_media` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `library_media_place` ON `library_media` (`folder_n`,`raw_name`);--> statement-breakpoint
CREATE INDEX `library_media_sort_name` ON `library_media` (`sort_name`,`n`);--> statement-breakpoint
CREATE INDEX `library_media_modified` ON `library_media` (`mtime_ms`,`n`);--> statement-breakpoint
CREATE INDEX `library_media_size` ON `library_media` (`bytes`,`n`);--> statement-breakpoint
CREATE INDEX `library_media_added` ON `library_media` (`added_ms`,`n`);--> statement-breakpoint
CREATE INDEX `library_media_ino` ON `library_media` (`ino`);--> statement-breakpoint
CREATE INDEX `library_media_root` ON `library_media` (`root_id`,`absent_ms`,`bytes`);--> statement-breakpoint
CREATE INDEX `library_media_fingerprint` ON `library_media` (`fingerprint`);--> statement-breakpoint
CREATE TABLE `library_probes` (
	`media_n` integer PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`mtime_ms` real NOT NULL,
	`probe_version` integer NOT NULL,
	`facts` text,
	`failure` text,
	`frame_index` blob,
	FOREIGN KEY (`media_n`) REFERENCES `library_media`(`n`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `library_roots` (
	`id` text PRIMARY KEY NOT NULL,
	`path` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`reason` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `library_roots_path_unique` ON `library_roots` (`path`);--> statement-breakpoint
CREATE TABLE `cache_files` (
	`key` text PRIMARY KEY NOT NULL,
	`ending` text NOT NULL,
	`media_id` text NOT NULL,
	`bytes` integer NOT NULL,
	`used_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `cache_files_used` ON `cache_files` (`used_ms`);--> statement-breakpoint
CREATE INDEX `cache_files_media` ON `cache_files` (`media_id`);--> statement-breakpoint
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
