-- Documents and ledger entries stay as they were made; only whose they are follows a merge of customers.
CREATE FUNCTION refuse_change_but_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A generated column has no value yet before the row is written.
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{customer_id,balance}'::text[] = to_jsonb(OLD) - '{customer_id,balance}'::text[]
    AND EXISTS (SELECT FROM customers WHERE id = OLD.customer_id AND merged_into_id = NEW.customer_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;--> statement-breakpoint
DROP TRIGGER "invoices_immutable" ON "invoices";--> statement-breakpoint
CREATE TRIGGER invoices_immutable BEFORE UPDATE OF "series", "number", "kind", "customer_id", "service_id",
  "source_invoice_id", "currency", "issue_date", "due_date", "period_start", "period_end", "subtotal",
  "discount_total", "tax_total", "total", "tax_rate", "tax_mode", "tax_rounding", "tax_exempt", "issued_at"
  ON "invoices" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
DROP TRIGGER "payments_immutable" ON "payments";--> statement-breakpoint
CREATE TRIGGER payments_immutable BEFORE UPDATE OF "customer_id", "currency", "amount", "method", "provider",
  "external_ref", "invoice_id", "received_at", "recorded_by" ON "payments"
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
DROP TRIGGER "wallet_credits_immutable" ON "wallet_credits";--> statement-breakpoint
CREATE TRIGGER wallet_credits_immutable BEFORE UPDATE OF "customer_id", "source", "source_id", "amount", "credited_at"
  ON "wallet_credits" FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
DROP TRIGGER "credit_notes_append_only" ON "credit_notes";--> statement-breakpoint
CREATE TRIGGER credit_notes_append_only BEFORE UPDATE OR DELETE ON "credit_notes"
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
DROP TRIGGER "ledger_entries_append_only" ON "ledger_entries";--> statement-breakpoint
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON "ledger_entries"
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
DROP TRIGGER "ledger_lines_append_only" ON "ledger_lines";--> statement-breakpoint
CREATE TRIGGER ledger_lines_append_only BEFORE UPDATE OR DELETE ON "ledger_lines"
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_merge();--> statement-breakpoint
-- Everything that refers to a customer follows it into the one it was merged into, whatever tables there are.
CREATE FUNCTION move_customer(duplicate bigint, kept bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reference record;
BEGIN
  FOR reference IN
    SELECT c.conrelid::regclass AS place, a.attname AS name
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'customers'::regclass AND cardinality(c.conkey) = 1
    ORDER BY 1, 2
  LOOP
    EXECUTE format('UPDATE %s SET %I = $2 WHERE %I = $1', reference.place, reference.name, reference.name)
      USING duplicate, kept;
  END LOOP;
  UPDATE ledger_lines SET customer_id = kept WHERE customer_id = duplicate;
  UPDATE customers SET credit_balance = credit_balance + (SELECT credit_balance FROM customers WHERE id = duplicate)
    WHERE id = kept;
  UPDATE customers SET credit_balance = 0 WHERE id = duplicate;
END $$;
