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
