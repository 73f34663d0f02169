CREATE TABLE "company_logo" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"media_type" text NOT NULL,
	"image" "bytea" NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "company_logo_only_one" CHECK ("company_logo"."is_only")
);
