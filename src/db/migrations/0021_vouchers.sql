CREATE TABLE "voucher_batches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "voucher_batches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"count" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "voucher_batches_count" CHECK ("voucher_batches"."count" > 0)
);
--> statement-breakpoint
CREATE TABLE "vouchers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "vouchers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code_hash" "bytea" NOT NULL,
	"code_enc" "bytea" NOT NULL,
	"type" text NOT NULL,
	"value" bigint,
	"currency" text,
	"package_id" bigint,
	"batch_id" bigint,
	"expires_at" timestamp with time zone,
	"used_at" timestamp with time zone,
	"used_by" bigint,
	"used_service_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vouchers_code_hash_key" UNIQUE("code_hash"),
	CONSTRAINT "vouchers_worth" CHECK (("vouchers"."type" = 'credit' and "vouchers"."value" > 0 and "vouchers"."currency" is not null and "vouchers"."package_id" is null)
        or ("vouchers"."type" = 'package' and "vouchers"."package_id" is not null and "vouchers"."value" is null)),
	CONSTRAINT "vouchers_used_by_somebody" CHECK (("vouchers"."used_at" is null) = ("vouchers"."used_by" is null))
);
--> statement-breakpoint
ALTER TABLE "vouchers" ADD CONSTRAINT "vouchers_package_id_isp_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vouchers" ADD CONSTRAINT "vouchers_batch_id_voucher_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."voucher_batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vouchers" ADD CONSTRAINT "vouchers_used_by_customers_id_fk" FOREIGN KEY ("used_by") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vouchers" ADD CONSTRAINT "vouchers_used_service_id_isp_services_id_fk" FOREIGN KEY ("used_service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "vouchers_batch_idx" ON "vouchers" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "vouchers_package_idx" ON "vouchers" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "vouchers_used_by_idx" ON "vouchers" USING btree ("used_by");--> statement-breakpoint
CREATE INDEX "vouchers_used_service_idx" ON "vouchers" USING btree ("used_service_id");