CREATE TABLE "mikrotik_connections" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mikrotik_connections_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"nas_id" bigint NOT NULL,
	"host" text NOT NULL,
	"port" integer DEFAULT 8728 NOT NULL,
	"username" text NOT NULL,
	"password_enc" "bytea" NOT NULL,
	"tls" boolean DEFAULT false NOT NULL,
	"fingerprint" text,
	"fingerprint_learnt_at" timestamp with time zone,
	"poll_interval_s" integer DEFAULT 60 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mikrotik_connections_nas_key" UNIQUE("nas_id"),
	CONSTRAINT "mikrotik_connections_address_key" UNIQUE("host","port"),
	CONSTRAINT "mikrotik_connections_port" CHECK ("mikrotik_connections"."port" between 1 and 65535),
	CONSTRAINT "mikrotik_connections_poll" CHECK ("mikrotik_connections"."poll_interval_s" between 5 and 86400)
);
--> statement-breakpoint
ALTER TABLE "mikrotik_connections" ADD CONSTRAINT "mikrotik_connections_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;