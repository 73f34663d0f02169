CREATE TABLE "isp_performance_metrics" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "isp_performance_metrics_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"currency" text DEFAULT '' NOT NULL,
	"value" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "isp_performance_metrics_key" UNIQUE("name","currency","at")
);
--> statement-breakpoint
CREATE INDEX "credit_note_lines_period_idx" ON "credit_note_lines" USING btree ("period_end") WHERE "credit_note_lines"."period_end" is not null;--> statement-breakpoint
CREATE INDEX "credit_notes_issue_idx" ON "credit_notes" USING btree ("issue_date");--> statement-breakpoint
CREATE INDEX "invoice_lines_period_idx" ON "invoice_lines" USING btree ("period_end") WHERE "invoice_lines"."period_end" is not null;--> statement-breakpoint
CREATE INDEX "invoices_paid_idx" ON "invoices" USING btree ("paid_at") WHERE "invoices"."paid_at" is not null;--> statement-breakpoint
CREATE INDEX "invoices_voided_idx" ON "invoices" USING btree ("voided_at") WHERE "invoices"."voided_at" is not null;--> statement-breakpoint
CREATE INDEX "isp_usage_logs_date_idx" ON "isp_usage_logs" USING brin ("usage_date");