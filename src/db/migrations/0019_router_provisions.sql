CREATE TABLE "router_provisions" (
	"service_id" bigint PRIMARY KEY NOT NULL,
	"nas_id" bigint NOT NULL,
	"kind" text DEFAULT 'ppp' NOT NULL,
	"ppp_service" text DEFAULT 'any' NOT NULL,
	"is_leaving" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"applied_version" integer,
	"applied_at" timestamp with time zone,
	"password_digest" "bytea",
	"tries" integer DEFAULT 0 NOT NULL,
	"outcome" text,
	"host" text,
	"next_try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "router_provisions_kind" CHECK ("router_provisions"."kind" in ('ppp', 'ipoe')),
	CONSTRAINT "router_provisions_ppp_service" CHECK ("router_provisions"."ppp_service" in ('any', 'async', 'l2tp', 'ovpn', 'pppoe', 'pptp', 'sstp')),
	CONSTRAINT "router_provisions_state" CHECK ("router_provisions"."state" in ('pending', 'applying', 'applied'))
);
--> statement-breakpoint
ALTER TABLE "router_provisions" ADD CONSTRAINT "router_provisions_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "router_provisions" ADD CONSTRAINT "router_provisions_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "router_provisions_nas_idx" ON "router_provisions" USING btree ("nas_id");