CREATE TABLE "nas_shadow" (
	"nas_id" bigint PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"server" "inet",
	"auth_port" integer DEFAULT 1812 NOT NULL,
	"acct_port" integer DEFAULT 1813 NOT NULL,
	"secret_enc" "bytea",
	"timeout_ms" integer DEFAULT 2500 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "nas_shadow_mode" CHECK ("nas_shadow"."mode" in ('shadow', 'accounting_only')),
	CONSTRAINT "nas_shadow_server" CHECK ("nas_shadow"."mode" <> 'shadow' or ("nas_shadow"."server" is not null and "nas_shadow"."secret_enc" is not null)),
	CONSTRAINT "nas_shadow_timeout" CHECK ("nas_shadow"."timeout_ms" between 300 and 30000)
);
--> statement-breakpoint
CREATE TABLE "shadow_comparisons" (
	"nas_id" bigint NOT NULL,
	"username" text NOT NULL,
	"outcome" text NOT NULL,
	"differences" text[] DEFAULT '{}' NOT NULL,
	"ours" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"theirs" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "shadow_comparisons_nas_id_username_pk" PRIMARY KEY("nas_id","username"),
	CONSTRAINT "shadow_comparisons_outcome" CHECK ("shadow_comparisons"."outcome" in ('same', 'different', 'silent'))
);
--> statement-breakpoint
ALTER TABLE "nas_shadow" ADD CONSTRAINT "nas_shadow_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shadow_comparisons" ADD CONSTRAINT "shadow_comparisons_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- The RADIUS roles read their routers again when one becomes a shadow, or live.
CREATE TRIGGER nas_shadow_inserted AFTER INSERT ON "nas_shadow" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'nas_id');--> statement-breakpoint
CREATE TRIGGER nas_shadow_updated AFTER UPDATE ON "nas_shadow" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'nas_id');--> statement-breakpoint
CREATE TRIGGER nas_shadow_deleted AFTER DELETE ON "nas_shadow" REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'nas_id');
