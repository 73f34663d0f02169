CREATE INDEX "customers_phone_end_idx" ON "customers" USING btree (right("phone", 8)) WHERE "customers"."phone" is not null;--> statement-breakpoint
CREATE INDEX "isp_services_search_idx" ON "isp_services" USING gin (to_tsvector('simple'::regconfig, translate("username" || ' ' || coalesce("description", ''),
    '''!"#$%&()*+,-./:<=>?@[\]^_`{|}~‘’“”–—', repeat(' ', 37))));--> statement-breakpoint
CREATE INDEX "isp_services_mac_idx" ON "isp_services" USING btree ("mac_address") WHERE "isp_services"."mac_address" is not null;