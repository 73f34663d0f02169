CREATE TABLE "isp_usage_alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_usage_alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"threshold" integer NOT NULL,
	"used_octets" bigint NOT NULL,
	"allowance_octets" bigint NOT NULL,
	"acknowledged" boolean DEFAULT false NOT NULL,
	"raised_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_usage_alerts_once" UNIQUE("service_id","period_start","threshold"),
	CONSTRAINT "isp_usage_alerts_threshold" CHECK ("isp_usage_alerts"."threshold" in (80, 100))
);
--> statement-breakpoint
CREATE TABLE "usage_counters" (
	"service_id" bigint NOT NULL,
	"session_id" text NOT NULL,
	"session_time_s" bigint NOT NULL,
	"upload_octets" bigint NOT NULL,
	"download_octets" bigint NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_counters_key" PRIMARY KEY("service_id","session_id")
);
--> statement-breakpoint
ALTER TABLE "isp_usage_alerts" ADD CONSTRAINT "isp_usage_alerts_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;