CREATE TABLE "router_health" (
	"nas_id" bigint PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'unknown' NOT NULL,
	"reason" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"identity" text,
	"version" text,
	"board_name" text,
	"uptime_s" integer,
	"cpu_percent" integer,
	"memory_total_octets" bigint,
	"memory_free_octets" bigint,
	"active_sessions" integer,
	"latency_ms" integer,
	"interfaces" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"next_poll_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "router_health_state" CHECK ("router_health"."state" in ('unknown', 'up', 'busy', 'silent', 'down'))
);
--> statement-breakpoint
CREATE TABLE "router_health_samples" (
	"nas_id" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text NOT NULL,
	"cpu_percent" integer,
	"memory_free_octets" bigint,
	"active_sessions" integer,
	"latency_ms" integer
);
--> statement-breakpoint
ALTER TABLE "router_health" ADD CONSTRAINT "router_health_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "router_health_next_poll_idx" ON "router_health" USING btree ("next_poll_at");--> statement-breakpoint
CREATE INDEX "router_health_samples_idx" ON "router_health_samples" USING btree ("nas_id","at");--> statement-breakpoint
CREATE INDEX "router_health_samples_at_idx" ON "router_health_samples" USING btree ("at");