CREATE TABLE "isp_billing_cycles" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_billing_cycles_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"seq" integer NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"full_start_on" date NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"allowance_bytes" bigint,
	"invoice_id" bigint,
	"last_invoice_id" bigint,
	"line_net" bigint,
	"line_from_at" timestamp with time zone,
	"discounts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"overage_charged" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_billing_cycles_seq_key" UNIQUE("service_id","seq"),
	CONSTRAINT "isp_billing_cycles_state" CHECK ("isp_billing_cycles"."state" in ('open', 'closed', 'replaced')),
	CONSTRAINT "isp_billing_cycles_order" CHECK ("isp_billing_cycles"."period_end" >= "isp_billing_cycles"."period_start")
);
--> statement-breakpoint
CREATE TABLE "isp_billing_items" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_billing_items_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"description" text NOT NULL,
	"actor" text NOT NULL,
	"invoice_id" bigint,
	"billed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_billing_items_positive" CHECK ("isp_billing_items"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "isp_service_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_service_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"from_package_id" bigint NOT NULL,
	"to_package_id" bigint NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	"period_start" timestamp with time zone,
	"credit" bigint DEFAULT 0 NOT NULL,
	"charge" bigint DEFAULT 0 NOT NULL,
	"invoice_id" bigint,
	"credit_note_id" bigint,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "isp_overage_pricing" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_overage_pricing_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"package_id" bigint NOT NULL,
	"block_gb" numeric NOT NULL,
	"up_to_blocks" integer,
	"price" bigint NOT NULL,
	"rounding" text DEFAULT 'block' NOT NULL,
	"cap" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_overage_pricing_tier_key" UNIQUE NULLS NOT DISTINCT("package_id","up_to_blocks"),
	CONSTRAINT "isp_overage_pricing_rounding" CHECK ("isp_overage_pricing"."rounding" in ('block', 'exact')),
	CONSTRAINT "isp_overage_pricing_amounts" CHECK ("isp_overage_pricing"."block_gb" > 0 and "isp_overage_pricing"."price" >= 0 and "isp_overage_pricing"."cap" >= 0 and "isp_overage_pricing"."up_to_blocks" >= 1)
);
--> statement-breakpoint
CREATE TABLE "promotion_redemptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "promotion_redemptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"promotion_id" bigint NOT NULL,
	"service_id" bigint NOT NULL,
	"customer_id" bigint NOT NULL,
	"cycles_left" integer,
	"redeemed_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "promotion_redemptions_key" UNIQUE("promotion_id","service_id"),
	CONSTRAINT "promotion_redemptions_cycles_left" CHECK ("promotion_redemptions"."cycles_left" >= 0)
);
--> statement-breakpoint
CREATE TABLE "isp_promotions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_promotions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"type" text NOT NULL,
	"value" numeric NOT NULL,
	"currency" text,
	"duration" text DEFAULT 'once' NOT NULL,
	"cycles" integer,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"max_redemptions" integer,
	"max_per_customer" integer DEFAULT 1 NOT NULL,
	"stackable" boolean DEFAULT false NOT NULL,
	"package_ids" bigint[],
	"redeemed_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_promotions_value" CHECK (case "isp_promotions"."type" when 'percent' then "isp_promotions"."value" > 0 and "isp_promotions"."value" <= 100
        when 'fixed' then "isp_promotions"."value" > 0 and "isp_promotions"."currency" is not null else false end),
	CONSTRAINT "isp_promotions_duration" CHECK ("isp_promotions"."duration" in ('once', 'repeating', 'forever') and ("isp_promotions"."duration" = 'repeating') = ("isp_promotions"."cycles" is not null)),
	CONSTRAINT "isp_promotions_cycles" CHECK ("isp_promotions"."cycles" >= 1),
	CONSTRAINT "isp_promotions_max_redemptions" CHECK ("isp_promotions"."redeemed_count" <= "isp_promotions"."max_redemptions")
);
--> statement-breakpoint
CREATE TABLE "usage_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"download" bigint NOT NULL,
	"upload" bigint NOT NULL,
	"source_key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "usage_events_source_key" UNIQUE("source_key"),
	CONSTRAINT "usage_events_not_negative" CHECK ("usage_events"."download" >= 0 and "usage_events"."upload" >= 0)
);
--> statement-breakpoint
ALTER TABLE "isp_services" ADD COLUMN "billing_starts_on" date;--> statement-breakpoint
ALTER TABLE "isp_billing_cycles" ADD CONSTRAINT "isp_billing_cycles_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_billing_items" ADD CONSTRAINT "isp_billing_items_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_changes" ADD CONSTRAINT "isp_service_changes_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_changes" ADD CONSTRAINT "isp_service_changes_from_package_id_isp_packages_id_fk" FOREIGN KEY ("from_package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_changes" ADD CONSTRAINT "isp_service_changes_to_package_id_isp_packages_id_fk" FOREIGN KEY ("to_package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_overage_pricing" ADD CONSTRAINT "isp_overage_pricing_package_id_isp_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_redemptions" ADD CONSTRAINT "promotion_redemptions_promotion_id_isp_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."isp_promotions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_redemptions" ADD CONSTRAINT "promotion_redemptions_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_redemptions" ADD CONSTRAINT "promotion_redemptions_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "isp_billing_items_pending_idx" ON "isp_billing_items" USING btree ("service_id") WHERE "isp_billing_items"."billed_at" is null;--> statement-breakpoint
CREATE INDEX "isp_service_changes_service_idx" ON "isp_service_changes" USING btree ("service_id","effective_at");--> statement-breakpoint
CREATE INDEX "isp_service_changes_from_idx" ON "isp_service_changes" USING btree ("from_package_id");--> statement-breakpoint
CREATE INDEX "isp_service_changes_to_idx" ON "isp_service_changes" USING btree ("to_package_id");--> statement-breakpoint
CREATE INDEX "promotion_redemptions_service_idx" ON "promotion_redemptions" USING btree ("service_id");--> statement-breakpoint
CREATE INDEX "promotion_redemptions_customer_idx" ON "promotion_redemptions" USING btree ("customer_id","promotion_id");--> statement-breakpoint
CREATE UNIQUE INDEX "isp_promotions_code_key" ON "isp_promotions" USING btree (upper("code"));--> statement-breakpoint
CREATE INDEX "usage_events_service_idx" ON "usage_events" USING btree ("service_id","at");--> statement-breakpoint
ALTER TABLE "isp_packages" ADD CONSTRAINT "isp_packages_cycle" CHECK ("isp_packages"."cycle" in ('daily', 'weekly', 'monthly') and "isp_packages"."cycle_count" >= 1);--> statement-breakpoint
ALTER TABLE "isp_packages" ADD CONSTRAINT "isp_packages_base_timing" CHECK ("isp_packages"."base_timing" in ('advance', 'arrears'));--> statement-breakpoint
ALTER TABLE "isp_packages" ADD CONSTRAINT "isp_packages_first_invoice" CHECK ("isp_packages"."setup_fee" >= 0 and "isp_packages"."trial_days" >= 0);--> statement-breakpoint
ALTER TABLE "isp_packages" ADD CONSTRAINT "isp_packages_validity" CHECK (("isp_packages"."validity_unit" is null) = ("isp_packages"."validity_count" is null)
        and "isp_packages"."validity_unit" in ('hours', 'days', 'weeks', 'months') and "isp_packages"."validity_count" >= 1);