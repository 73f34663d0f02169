ALTER TABLE "enforcements" ADD COLUMN "last_answer" text;--> statement-breakpoint
ALTER TABLE "nas" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "isp_services" ADD COLUMN "description" text;--> statement-breakpoint
ALTER TABLE "isp_services" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;