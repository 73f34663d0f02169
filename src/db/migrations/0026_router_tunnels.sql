CREATE TABLE "router_tunnels" (
	"nas_id" bigint PRIMARY KEY NOT NULL,
	"address" "inet" NOT NULL,
	"public_key" text NOT NULL,
	"preshared_key_enc" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "router_tunnels_address_key" UNIQUE("address")
);
--> statement-breakpoint
CREATE TABLE "tunnel_server" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"public_key" text NOT NULL,
	"private_key_enc" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tunnel_server_is_only" CHECK ("tunnel_server"."is_only")
);
--> statement-breakpoint
ALTER TABLE "router_health" ADD COLUMN "radius_counters" jsonb;--> statement-breakpoint
ALTER TABLE "router_health" ADD COLUMN "tunnel_handshake_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "router_tunnels" ADD CONSTRAINT "router_tunnels_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;