/** Where a service is in its life (billing-rules section 13). */
export const SERVICE_STATUSES = [
  'pending',
  'active',
  'throttled',
  'suspended',
  'expired',
  'cancelled',
] as const;

export type ServiceStatus = (typeof SERVICE_STATUSES)[number];
