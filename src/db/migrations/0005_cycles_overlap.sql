-- As for segments: a range of one id instead of btree_gist. A period replaced on its first day is empty and overlaps nothing.
ALTER TABLE "isp_billing_cycles" ADD CONSTRAINT "isp_billing_cycles_no_overlap"
  EXCLUDE USING gist (int8range("service_id", "service_id", '[]') WITH &&, tstzrange("period_start", "period_end") WITH &&);
