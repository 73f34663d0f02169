CREATE TABLE "import_items" (
	"run_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"first_id" bigint NOT NULL,
	"last_id" bigint NOT NULL,
	CONSTRAINT "import_items_run_id_kind_first_id_pk" PRIMARY KEY("run_id","kind","first_id"),
	CONSTRAINT "import_items_kind" CHECK ("import_items"."kind" in ('service', 'customer', 'package', 'nas', 'session')),
	CONSTRAINT "import_items_range" CHECK ("import_items"."last_id" >= "import_items"."first_id")
);
--> statement-breakpoint
CREATE TABLE "import_rows" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "import_rows_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" bigint NOT NULL,
	"line" integer NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"action" text NOT NULL,
	"detail" text,
	CONSTRAINT "import_rows_action" CHECK ("import_rows"."action" in ('create', 'exists', 'differs', 'left'))
);
--> statement-breakpoint
CREATE TABLE "import_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "import_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"format" text NOT NULL,
	"source" text NOT NULL,
	"nas_id" bigint,
	"is_dry_run" boolean NOT NULL,
	"actor" text NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"warnings" text[] DEFAULT '{}' NOT NULL,
	"failure" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"undone_at" timestamp with time zone,
	"undone_by" text,
	CONSTRAINT "import_runs_state" CHECK ("import_runs"."state" in ('running', 'done', 'failed', 'undone')),
	CONSTRAINT "import_runs_dry_run_made_nothing" CHECK (not ("import_runs"."is_dry_run" and "import_runs"."state" = 'undone'))
);
--> statement-breakpoint
ALTER TABLE "import_items" ADD CONSTRAINT "import_items_run_id_import_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."import_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_rows" ADD CONSTRAINT "import_rows_run_id_import_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."import_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "import_rows_run_idx" ON "import_rows" USING btree ("run_id","action","id");--> statement-breakpoint
-- The log of a service stays as it was written, but for its very first entry when an import is undone that nobody used.
DROP TRIGGER "service_logs_append_only" ON "isp_service_logs";--> statement-breakpoint
CREATE TRIGGER service_logs_append_only BEFORE UPDATE ON "isp_service_logs"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER service_logs_never_deleted BEFORE DELETE ON "isp_service_logs"
  FOR EACH ROW WHEN (OLD.action <> 'imported') EXECUTE FUNCTION refuse_change();
