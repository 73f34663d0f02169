import type { UserRole } from './user.ts';

/** What somebody may do. Reading and writing are apart, and what is worth money or access is the administrators'. */
export const PERMISSIONS = [
  'customers.read',
  'customers.write',
  /** Merging and anonymising customers, which cannot be undone. */
  'customers.erase',
  'catalog.read',
  'catalog.write',
  'services.read',
  'services.write',
  /** Telling octets that no RADIUS report carried, as meters and importers do. */
  'usage.write',
  'network.read',
  'network.write',
  'billing.read',
  /** Payments, one-off items and what else is daily work. */
  'billing.write',
  /** Voids, write-offs, refunds, credit notes. */
  'billing.correct',
  'reports.read',
  /** Counters for monitors: /metrics. */
  'metrics.read',
  'tasks.run',
  'settings.read',
  'settings.write',
  'users.manage',
  'tokens.manage',
  'webhooks.manage',
  'audit.read',
  'clock.set',
  /** A customer's own objects, nothing else. */
  'own.read',
  'own.write',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const OWN: readonly Permission[] = ['own.read', 'own.write'];

/** Daily work: reads, customers, services, payments; no money settings, routers, users. */
const DAILY_WORK: readonly Permission[] = [
  'customers.read',
  'customers.write',
  'catalog.read',
  'services.read',
  'services.write',
  'usage.write',
  'network.read',
  'billing.read',
  'billing.write',
  'reports.read',
  'settings.read',
];

const BY_ROLE: Readonly<Record<UserRole, ReadonlySet<Permission>>> = {
  admin: new Set(PERMISSIONS.filter((permission) => !OWN.includes(permission))),
  user: new Set(DAILY_WORK),
  customer: new Set(OWN),
};

/** What a role may do. */
export function permissionsOf(role: UserRole): ReadonlySet<Permission> {
  return BY_ROLE[role];
}

/** Whether a text names a permission, as the scopes of a token do. */
export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
