import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpContext, HttpEnv } from '../context.ts';
import { auditRoutes } from './audit.routes.ts';
import { setupRoutes } from './auth/setup.routes.ts';
import { signInRoutes } from './auth/sign-in.routes.ts';
import { totpRoutes } from './auth/totp.routes.ts';
import { bandwidthRoutes } from './bandwidth.routes.ts';
import { creditNotesRoutes } from './billing/credit-notes.routes.ts';
import { cyclesRoutes } from './billing/cycles.routes.ts';
import { dunningLogsRoutes } from './billing/dunning-logs.routes.ts';
import { invoicesRoutes } from './billing/invoices.routes.ts';
import { ledgerRoutes } from './billing/ledger.routes.ts';
import { paymentsRoutes } from './billing/payments.routes.ts';
import { serviceBillingRoutes } from './billing/service-billing.routes.ts';
import { serviceChargeRoutes } from './billing/service-charges.routes.ts';
import { taskRunsRoutes } from './billing/task-runs.routes.ts';
import { billingTasksRoutes } from './billing/tasks.routes.ts';
import { ownDocumentRoutes } from './customer/own-documents.routes.ts';
import { ownServiceRoutes } from './customer/own-services.routes.ts';
import { ownStatementRoutes } from './customer/own-statement.routes.ts';
import { customerClosingRoutes } from './customer-closing.routes.ts';
import { customersRoutes } from './customers.routes.ts';
import { importsRoutes } from './imports/imports.routes.ts';
import { logoRoutes } from './logo.routes.ts';
import { nasRoutes } from './network/nas.routes.ts';
import { nasApiRoutes } from './network/nas-api.routes.ts';
import { nasSecretRoutes } from './network/nas-secret.routes.ts';
import { nasShadowRoutes } from './network/nas-shadow.routes.ts';
import { routerDriftRoutes } from './network/router-drift.routes.ts';
import { routerHealthRoutes } from './network/router-health.routes.ts';
import { routerImportRoutes } from './network/router-import.routes.ts';
import { routerSetupRoutes } from './network/router-setup.routes.ts';
import { secretImportRoutes } from './network/secret-import.routes.ts';
import { unenforcedRoutes } from './network/unenforced.routes.ts';
import { packagesRoutes } from './packages.routes.ts';
import { promotionsRoutes } from './promotions.routes.ts';
import { explainRoutes } from './radius/explain.routes.ts';
import { radiusRoutes } from './radius/radius.routes.ts';
import { sessionRoutes } from './radius/sessions.routes.ts';
import { baseReportsRoutes } from './reports/base-reports.routes.ts';
import { dashboardRoutes } from './reports/dashboard.routes.ts';
import { moneyReportsRoutes } from './reports/money-reports.routes.ts';
import { performanceRoutes } from './reports/performance.routes.ts';
import { routerTestRoutes } from './router-test.routes.ts';
import { serviceActionRoutes } from './services/service-actions.routes.ts';
import { serviceModeRoutes } from './services/service-mode.routes.ts';
import { serviceStatusRoutes } from './services/service-status.routes.ts';
import { serviceRoutes } from './services/services.routes.ts';
import { settingsRoutes } from './settings.routes.ts';
import { testClockRoutes } from './test-clock.routes.ts';
import { tokenRoutes } from './tokens.routes.ts';
import { usageRoutes } from './usage.routes.ts';
import { usageAlertRoutes } from './usage-alerts.routes.ts';
import { userRoutes } from './users.routes.ts';
import { vouchersRoutes } from './vouchers.routes.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.routes.ts';
import { webhookRoutes } from './webhooks.routes.ts';

/** Every part of the REST API; each file holds the operations of one resource. */
export function apiRoutes(context: HttpContext): readonly OpenAPIHono<HttpEnv>[] {
  return [
    setupRoutes(context),
    signInRoutes(context),
    totpRoutes(context),
    tokenRoutes(context),
    userRoutes(context),
    auditRoutes(context),
    routerTestRoutes(context),
    bandwidthRoutes(context),
    usageRoutes(context),
    usageAlertRoutes(context),
    nasApiRoutes(context),
    routerHealthRoutes(context),
    routerDriftRoutes(context),
    routerSetupRoutes(context),
    unenforcedRoutes(context),
    secretImportRoutes(context),
    routerImportRoutes(context),
    importsRoutes(context),
    settingsRoutes(context),
    logoRoutes(context),
    customerClosingRoutes(context),
    customersRoutes(context),
    invoicesRoutes(context),
    creditNotesRoutes(context),
    paymentsRoutes(context),
    dunningLogsRoutes(context),
    ledgerRoutes(context),
    moneyReportsRoutes(context),
    baseReportsRoutes(context),
    performanceRoutes(context),
    dashboardRoutes(context),
    billingTasksRoutes(context),
    taskRunsRoutes(context),
    webhookRoutes(context),
    webhookDeliveryRoutes(context),
    testClockRoutes(context),
    serviceRoutes(context),
    serviceActionRoutes(context),
    serviceStatusRoutes(context),
    serviceModeRoutes(context),
    packagesRoutes(context),
    nasRoutes(context),
    nasSecretRoutes(context),
    nasShadowRoutes(context),
    promotionsRoutes(context),
    vouchersRoutes(context),
    sessionRoutes(context),
    radiusRoutes(context),
    explainRoutes(context),
    ownServiceRoutes(context),
    ownDocumentRoutes(context),
    ownStatementRoutes(context),
    serviceBillingRoutes(context),
    serviceChargeRoutes(context),
    cyclesRoutes(context),
  ];
}
