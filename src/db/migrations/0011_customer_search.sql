ALTER TABLE "customers" drop column "search";--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "search" "tsvector" GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, translate(coalesce(name, '') || ' ' || coalesce(company, '') || ' ' ||
        coalesce(email, '') || ' ' || coalesce(phone, ''),
        '''!"#$%&()*+,-./:;<=>?@[\]^_`{|}~‘’“”–—', repeat(' ', 38)))) STORED;--> statement-breakpoint
CREATE INDEX "customers_search_idx" ON "customers" USING gin ("search");