CREATE TABLE "customers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"phone" text,
	"email" text,
	"currency" text NOT NULL,
	"tax_exempt" boolean DEFAULT false NOT NULL,
	"credit_balance" bigint DEFAULT 0 NOT NULL,
	"notes" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_credit_balance_not_negative" CHECK ("customers"."credit_balance" >= 0)
);
--> statement-breakpoint
CREATE TABLE "enforcements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "enforcements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"session_id" bigint NOT NULL,
	"nas_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"cause" text NOT NULL,
	"attributes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"outcome" text,
	"round_trip_us" integer,
	"host" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "enforcements_kind" CHECK ("enforcements"."kind" in ('coa', 'disconnect')),
	CONSTRAINT "enforcements_state" CHECK ("enforcements"."state" in ('pending', 'sending', 'acknowledged', 'refused', 'unreachable', 'gone'))
);
--> statement-breakpoint
CREATE TABLE "nas" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "nas_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"address" "inet" NOT NULL,
	"nas_identifier" text,
	"secret_enc" "bytea" NOT NULL,
	"previous_secret_enc" "bytea",
	"coa_port" integer DEFAULT 3799 NOT NULL,
	"coa_timeout_ms" integer DEFAULT 300 NOT NULL,
	"coa_tries" integer DEFAULT 3 NOT NULL,
	"require_message_authenticator" text DEFAULT 'auto' NOT NULL,
	"message_authenticator_learnt_at" timestamp with time zone,
	"limit_proxy_state" text DEFAULT 'yes' NOT NULL,
	"swap_octets" boolean DEFAULT false NOT NULL,
	"interim_interval_s" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "nas_address_identifier_key" UNIQUE NULLS NOT DISTINCT("address","nas_identifier"),
	CONSTRAINT "nas_name_key" UNIQUE("name"),
	CONSTRAINT "nas_require_message_authenticator" CHECK ("nas"."require_message_authenticator" in ('yes', 'no', 'auto')),
	CONSTRAINT "nas_limit_proxy_state" CHECK ("nas"."limit_proxy_state" in ('yes', 'no', 'auto')),
	CONSTRAINT "nas_coa_port" CHECK ("nas"."coa_port" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "nas_contacts" (
	"nas_id" bigint NOT NULL,
	"host" text NOT NULL,
	"last_auth_at" timestamp with time zone,
	"last_acct_at" timestamp with time zone,
	"last_address" "inet",
	CONSTRAINT "nas_contacts_nas_id_host_pk" PRIMARY KEY("nas_id","host")
);
--> statement-breakpoint
CREATE TABLE "isp_packages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_packages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"name" text NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"model" text DEFAULT 'postpaid' NOT NULL,
	"cycle" text DEFAULT 'monthly' NOT NULL,
	"cycle_count" integer DEFAULT 1 NOT NULL,
	"base_timing" text DEFAULT 'advance' NOT NULL,
	"data_limit_gb" numeric,
	"limit_action" text DEFAULT 'notify' NOT NULL,
	"rate_limit" text,
	"fup" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"pool" text,
	"address_list" text,
	"ipv6_pool" text,
	"ppp_profile" text,
	"session_limit" integer DEFAULT 1 NOT NULL,
	"idle_timeout_s" integer,
	"session_timeout_s" integer,
	"interim_interval_s" integer,
	"radius_attributes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"setup_fee" bigint DEFAULT 0 NOT NULL,
	"trial_days" integer DEFAULT 0 NOT NULL,
	"validity_unit" text,
	"validity_count" integer,
	"tier" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp with time zone,
	CONSTRAINT "isp_packages_code_key" UNIQUE("code"),
	CONSTRAINT "isp_packages_price_not_negative" CHECK ("isp_packages"."price" >= 0),
	CONSTRAINT "isp_packages_model" CHECK ("isp_packages"."model" in ('postpaid', 'prepaid')),
	CONSTRAINT "isp_packages_limit_action" CHECK ("isp_packages"."limit_action" in ('overage', 'throttle', 'block', 'notify')),
	CONSTRAINT "isp_packages_prepaid_never_overage" CHECK ("isp_packages"."model" <> 'prepaid' or "isp_packages"."limit_action" <> 'overage'),
	CONSTRAINT "isp_packages_session_limit" CHECK ("isp_packages"."session_limit" >= 0)
);
--> statement-breakpoint
CREATE TABLE "change_log" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "change_log_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"kind" text NOT NULL,
	"ids" bigint[] NOT NULL,
	"origin" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"name" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "job_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job" text NOT NULL,
	"scheduled_for" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"runner" text NOT NULL,
	"lease_until" timestamp with time zone NOT NULL,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "job_runs_key" UNIQUE("job","scheduled_for")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"topic" text NOT NULL,
	"payload" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "role_health" (
	"instance" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"counters" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "isp_configurations" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"customer_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "service_holds" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "service_holds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"cause" text NOT NULL,
	"note" text,
	"since_at" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone,
	CONSTRAINT "service_holds_cause" CHECK ("service_holds"."cause" in ('admin', 'nonpayment', 'data_cap'))
);
--> statement-breakpoint
CREATE TABLE "isp_service_logs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_service_logs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"action" text NOT NULL,
	"actor" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "isp_service_segments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_service_segments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" bigint NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"to_at" timestamp with time zone,
	"package_id" bigint NOT NULL,
	"terms" jsonb NOT NULL,
	"allowance_octets" bigint,
	"upload_octets" bigint DEFAULT 0 NOT NULL,
	"download_octets" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "isp_service_segments_order" CHECK ("isp_service_segments"."to_at" is null or "isp_service_segments"."to_at" > "isp_service_segments"."from_at")
);
--> statement-breakpoint
CREATE TABLE "isp_services" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_services_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"customer_id" bigint NOT NULL,
	"package_id" bigint NOT NULL,
	"next_package_id" bigint,
	"username" text NOT NULL,
	"password_enc" "bytea" NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"reason" text,
	"mac_address" text,
	"mac_bind" boolean DEFAULT false NOT NULL,
	"allowed_nas_ids" bigint[],
	"session_limit" integer,
	"rate_limit" text,
	"rate_limit_until" timestamp with time zone,
	"framed_ip" "inet",
	"framed_pool" text,
	"framed_ipv6_prefix" text,
	"delegated_ipv6_prefix" text,
	"framed_routes" text[],
	"radius_attributes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"anchor_day" integer,
	"period_start" timestamp with time zone,
	"period_end" timestamp with time zone,
	"next_billing_date" date,
	"expires_at" timestamp with time zone,
	"auto_renew" boolean DEFAULT false NOT NULL,
	"cancel_at_end" boolean DEFAULT false NOT NULL,
	"state_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"activated_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "isp_services_username_key" UNIQUE("username"),
	CONSTRAINT "isp_services_framed_ip_key" UNIQUE("framed_ip"),
	CONSTRAINT "isp_services_status" CHECK ("isp_services"."status" in ('pending', 'active', 'throttled', 'suspended', 'expired', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" bigint PRIMARY KEY NOT NULL,
	"nas_id" bigint NOT NULL,
	"acct_session_id" text NOT NULL,
	"username" text NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"service_id" bigint,
	"started_at" timestamp with time zone NOT NULL,
	"last_report_at" timestamp with time zone NOT NULL,
	"last_event_at" timestamp with time zone NOT NULL,
	"uncertain_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"close_cause" text,
	"session_time_s" bigint DEFAULT 0 NOT NULL,
	"upload_octets" bigint DEFAULT 0 NOT NULL,
	"download_octets" bigint DEFAULT 0 NOT NULL,
	"anomalies" integer DEFAULT 0 NOT NULL,
	"grade" text,
	"interim_interval_s" integer,
	"state_version" integer,
	"framed_ip" "inet",
	"framed_ipv6_prefix" text,
	"delegated_ipv6_prefix" text,
	"calling_station" text,
	"called_station" text,
	"nas_port_id" text,
	"nas_port" bigint,
	"nas_address" "inet" NOT NULL,
	"nas_ip_reported" "inet",
	"nas_identifier" text,
	CONSTRAINT "sessions_key" UNIQUE("nas_id","acct_session_id","username","generation")
);
--> statement-breakpoint
CREATE TABLE "isp_usage_logs" (
	"service_id" bigint NOT NULL,
	"usage_date" date NOT NULL,
	"upload" bigint DEFAULT 0 NOT NULL,
	"download" bigint DEFAULT 0 NOT NULL,
	"peak_bps" bigint DEFAULT 0 NOT NULL,
	"hours" bigint[] NOT NULL,
	CONSTRAINT "isp_usage_logs_key" PRIMARY KEY("service_id","usage_date")
);
--> statement-breakpoint
ALTER TABLE "enforcements" ADD CONSTRAINT "enforcements_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "nas_contacts" ADD CONSTRAINT "nas_contacts_nas_id_nas_id_fk" FOREIGN KEY ("nas_id") REFERENCES "public"."nas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_holds" ADD CONSTRAINT "service_holds_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_logs" ADD CONSTRAINT "isp_service_logs_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_segments" ADD CONSTRAINT "isp_service_segments_service_id_isp_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."isp_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_service_segments" ADD CONSTRAINT "isp_service_segments_package_id_isp_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_services" ADD CONSTRAINT "isp_services_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_services" ADD CONSTRAINT "isp_services_package_id_isp_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "isp_services" ADD CONSTRAINT "isp_services_next_package_id_isp_packages_id_fk" FOREIGN KEY ("next_package_id") REFERENCES "public"."isp_packages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customers_name_idx" ON "customers" USING btree ("name");--> statement-breakpoint
CREATE INDEX "enforcements_pending_idx" ON "enforcements" USING btree ("next_try_at") WHERE "enforcements"."done_at" is null;--> statement-breakpoint
CREATE INDEX "enforcements_service_idx" ON "enforcements" USING btree ("service_id","created_at");--> statement-breakpoint
CREATE INDEX "outbox_waiting_idx" ON "outbox" USING btree ("next_at") WHERE "outbox"."done_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "users_customer_idx" ON "users" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "service_holds_one_per_cause" ON "service_holds" USING btree ("service_id","cause") WHERE "service_holds"."lifted_at" is null;--> statement-breakpoint
CREATE INDEX "isp_service_logs_service_idx" ON "isp_service_logs" USING btree ("service_id","created_at");--> statement-breakpoint
CREATE INDEX "isp_service_segments_service_idx" ON "isp_service_segments" USING btree ("service_id","from_at");--> statement-breakpoint
CREATE INDEX "isp_service_segments_package_idx" ON "isp_service_segments" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "isp_services_customer_idx" ON "isp_services" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "isp_services_package_idx" ON "isp_services" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "isp_services_next_package_idx" ON "isp_services" USING btree ("next_package_id");--> statement-breakpoint
CREATE INDEX "isp_services_billing_idx" ON "isp_services" USING btree ("status","next_billing_date");--> statement-breakpoint
CREATE INDEX "isp_services_expiry_idx" ON "isp_services" USING btree ("status","expires_at");--> statement-breakpoint
CREATE INDEX "isp_services_temporary_speed_idx" ON "isp_services" USING btree ("rate_limit_until") WHERE "isp_services"."rate_limit_until" is not null;--> statement-breakpoint
CREATE INDEX "sessions_service_idx" ON "sessions" USING btree ("service_id","started_at");--> statement-breakpoint
CREATE INDEX "sessions_open_idx" ON "sessions" USING btree ("nas_id") WHERE "sessions"."closed_at" is null;