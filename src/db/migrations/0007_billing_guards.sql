ALTER TABLE "number_series" SET (fillfactor = 10);--> statement-breakpoint
INSERT INTO "number_series" ("series", "next_value") VALUES ('CN', 1), ('INV', 1);--> statement-breakpoint
-- A ledger entry is complete and balanced when its transaction commits (billing-rules G1, section 19).
CREATE FUNCTION check_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  difference numeric;
BEGIN
  SELECT sum(amount) INTO difference FROM ledger_lines WHERE entry_id = NEW.id;
  IF difference IS DISTINCT FROM 0 THEN
    RAISE EXCEPTION 'the lines of ledger entry % add up to %, not to 0', NEW.id, coalesce(difference::text, 'nothing')
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced', TABLE = 'ledger_entries';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON "ledger_entries"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_entry();--> statement-breakpoint
-- What has been checked stays so: lines belong to the transaction of their entry.
CREATE FUNCTION check_ledger_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry bigint;
BEGIN
  SELECT e.id INTO entry FROM new_lines l JOIN ledger_entries e ON e.id = l.entry_id
    WHERE e.xid <> pg_current_xact_id() LIMIT 1;
  IF entry IS NOT NULL THEN
    RAISE EXCEPTION 'ledger entry % is closed', entry
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_lines_of_open_entry', TABLE = 'ledger_lines';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER ledger_lines_of_open_entry AFTER INSERT ON "ledger_lines" REFERENCING NEW TABLE AS new_lines
  FOR EACH STATEMENT EXECUTE FUNCTION check_ledger_lines();--> statement-breakpoint
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON "ledger_entries"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER ledger_lines_append_only BEFORE UPDATE OR DELETE ON "ledger_lines"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER ledger_entries_not_emptied BEFORE TRUNCATE ON "ledger_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER ledger_lines_not_emptied BEFORE TRUNCATE ON "ledger_lines"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- Issued documents are immutable (I1): only what is settled, voided or held changes.
CREATE TRIGGER invoices_immutable BEFORE UPDATE OF "series", "number", "kind", "customer_id", "service_id",
  "source_invoice_id", "currency", "issue_date", "due_date", "period_start", "period_end", "subtotal",
  "discount_total", "tax_total", "total", "tax_rate", "tax_mode", "tax_rounding", "tax_exempt", "issued_at"
  ON "invoices" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER invoices_kept BEFORE DELETE ON "invoices" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER invoice_lines_immutable BEFORE UPDATE OF "invoice_id", "kind", "description", "amount", "discount",
  "net", "period_start", "period_end", "charge_key" ON "invoice_lines"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER invoice_lines_kept BEFORE DELETE ON "invoice_lines" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER credit_notes_append_only BEFORE UPDATE OR DELETE ON "credit_notes"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER credit_note_lines_append_only BEFORE UPDATE OR DELETE ON "credit_note_lines"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER refunds_append_only BEFORE UPDATE OR DELETE ON "refunds"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER late_fee_marks_append_only BEFORE UPDATE OR DELETE ON "late_fee_marks"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER payments_immutable BEFORE UPDATE OF "customer_id", "currency", "amount", "method", "provider",
  "external_ref", "invoice_id", "received_at", "recorded_by" ON "payments"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER payments_kept BEFORE DELETE ON "payments" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER wallet_credits_immutable BEFORE UPDATE OF "customer_id", "source", "source_id", "amount", "credited_at"
  ON "wallet_credits" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER wallet_credits_kept BEFORE DELETE ON "wallet_credits" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER allocations_immutable BEFORE UPDATE OF "wallet_credit_id", "payment_id", "invoice_id", "amount",
  "allocated_at" ON "allocations" FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER allocations_kept BEFORE DELETE ON "allocations" FOR EACH ROW EXECUTE FUNCTION refuse_change();
