-- A range of one id instead of btree_gist: needs no extension, and no plan can take this index for a look-up.
ALTER TABLE "isp_service_segments" ADD CONSTRAINT "isp_service_segments_no_overlap"
  EXCLUDE USING gist (int8range("service_id", "service_id", '[]') WITH &&, tstzrange("from_at", "to_at") WITH &&);--> statement-breakpoint
ALTER TABLE "isp_service_segments" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "sessions" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "isp_usage_logs" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
-- Session ids are handed out in blocks of 1000, so that a batch needs no round trip for them.
CREATE SEQUENCE "session_id_blocks" START 1;--> statement-breakpoint
-- Raw accounting reports with the octets they added: the usage entries. Append-only, no index on the hot day:
-- the session row refuses duplicates. Partitioned by the UTC day of receipt.
CREATE TABLE "accounting" (
  "received_at" timestamptz NOT NULL,
  "event_at" timestamptz NOT NULL,
  "session_id" bigint NOT NULL,
  "service_id" bigint,
  "nas_id" bigint NOT NULL,
  "status" smallint NOT NULL,
  "session_time_s" bigint NOT NULL,
  "upload_octets" bigint NOT NULL,
  "download_octets" bigint NOT NULL,
  "upload_delta" bigint NOT NULL,
  "download_delta" bigint NOT NULL,
  "anomalies" smallint NOT NULL,
  "terminate_cause" smallint
) PARTITION BY RANGE ("received_at");--> statement-breakpoint
CREATE TABLE "accounting_default" PARTITION OF "accounting" DEFAULT;--> statement-breakpoint
-- Every login decided (accept, walled, reject) and every cause of a drop with its count per minute.
CREATE TABLE "auth_log" (
  "at" timestamptz NOT NULL,
  "outcome" smallint NOT NULL,
  "reason" text,
  "trail" integer NOT NULL,
  "method" smallint NOT NULL,
  "nas_id" bigint,
  "service_id" bigint,
  "username" text NOT NULL,
  "calling_station" text,
  "source" text,
  "count" integer NOT NULL DEFAULT 1
) PARTITION BY RANGE ("at");--> statement-breakpoint
CREATE TABLE "auth_log_default" PARTITION OF "auth_log" DEFAULT;--> statement-breakpoint
-- Makes the day partitions [from, from + days) of a table partitioned by UTC day; safe to run from many hosts.
CREATE FUNCTION ensure_day_partitions(parent text, first_day date, days integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  made integer := 0;
  day date;
  child text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_day_partitions'), hashtext(parent));
  FOR day IN SELECT generate_series(first_day, first_day + days - 1, interval '1 day')::date LOOP
    child := parent || '_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(quote_ident(child)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
        day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;--> statement-breakpoint
SELECT ensure_day_partitions('accounting', (now() AT TIME ZONE 'UTC')::date - 1, 9),
       ensure_day_partitions('auth_log', (now() AT TIME ZONE 'UTC')::date - 1, 9);--> statement-breakpoint
-- The change log: one row per statement, whatever the number of rows it touched; NOTIFY is only a wake-up.
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(DISTINCT %I) FROM changed_rows', TG_ARGV[1]) INTO changed;
  IF changed IS NOT NULL THEN
    INSERT INTO change_log (kind, ids) VALUES (TG_ARGV[0], changed);
    PERFORM pg_notify('netflow_changes', TG_ARGV[0]);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER services_inserted AFTER INSERT ON "isp_services" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('service', 'id');--> statement-breakpoint
CREATE TRIGGER services_updated AFTER UPDATE ON "isp_services" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('service', 'id');--> statement-breakpoint
CREATE TRIGGER services_deleted AFTER DELETE ON "isp_services" REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('service', 'id');--> statement-breakpoint
CREATE TRIGGER packages_inserted AFTER INSERT ON "isp_packages" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('plan', 'id');--> statement-breakpoint
CREATE TRIGGER packages_updated AFTER UPDATE ON "isp_packages" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('plan', 'id');--> statement-breakpoint
CREATE TRIGGER nas_inserted AFTER INSERT ON "nas" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'id');--> statement-breakpoint
CREATE TRIGGER nas_updated AFTER UPDATE ON "nas" REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'id');--> statement-breakpoint
CREATE TRIGGER nas_deleted AFTER DELETE ON "nas" REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION log_change('nas', 'id');--> statement-breakpoint
CREATE FUNCTION log_setting_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change_log (kind, ids) VALUES ('setting', '{}');
  PERFORM pg_notify('netflow_changes', 'setting');
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER settings_changed AFTER INSERT OR UPDATE OR DELETE ON "isp_configurations"
  FOR EACH STATEMENT EXECUTE FUNCTION log_setting_change();--> statement-breakpoint
CREATE FUNCTION notify_enforcement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('netflow_changes', 'enforcement');
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER enforcements_added AFTER INSERT ON "enforcements"
  FOR EACH STATEMENT EXECUTE FUNCTION notify_enforcement();--> statement-breakpoint
CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('netflow_changes', 'outbox');
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER outbox_added AFTER INSERT ON "outbox"
  FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER service_logs_append_only BEFORE UPDATE OR DELETE ON "isp_service_logs"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
