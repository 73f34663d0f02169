import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { amount, bytea, createdAt, id, inet, instant } from '../columns.ts';
import { nas } from './network.ts';
import { services } from './services.ts';

/** How to reach the RouterOS API of a NAS. `fingerprint` is the SHA-256 of the certificate it must show. */
export const mikrotikConnections = pgTable(
  'mikrotik_connections',
  {
    id: id(),
    nasId: amount('nas_id')
      .notNull()
      .references(() => nas.id, { onDelete: 'cascade' }),
    host: text('host').notNull(),
    port: integer('port').notNull().default(8728),
    username: text('username').notNull(),
    passwordEnc: bytea('password_enc').notNull(),
    tls: boolean('tls').notNull().default(false),
    fingerprint: text('fingerprint'),
    fingerprintLearntAt: instant('fingerprint_learnt_at'),
    pollIntervalS: integer('poll_interval_s').notNull().default(60),
    createdAt: createdAt(),
  },
  (t) => [
    unique('mikrotik_connections_nas_key').on(t.nasId),
    unique('mikrotik_connections_address_key').on(t.host, t.port),
    check('mikrotik_connections_port', sql`${t.port} between 1 and 65535`),
    check('mikrotik_connections_poll', sql`${t.pollIntervalS} between 5 and 86400`),
  ],
);

/**
 * Services kept on a router itself (mode `local`): PPP secret or IPoE queue. Without a row a service is enforced by
 * RADIUS alone. `applied_version` is the version of the service the router was last seen to have; `password_digest`
 * tells whether the password there is the present one, which routers do not show.
 */
export const routerProvisions = pgTable(
  'router_provisions',
  {
    serviceId: amount('service_id')
      .primaryKey()
      .references(() => services.id),
    nasId: amount('nas_id')
      .notNull()
      .references(() => nas.id),
    kind: text('kind').notNull().default('ppp'),
    pppService: text('ppp_service').notNull().default('any'),
    /** Taken off the router, then forgotten. */
    isLeaving: boolean('is_leaving').notNull().default(false),
    state: text('state').notNull().default('pending'),
    appliedVersion: integer('applied_version'),
    appliedAt: instant('applied_at'),
    passwordDigest: bytea('password_digest'),
    tries: integer('tries').notNull().default(0),
    outcome: text('outcome'),
    host: text('host'),
    nextTryAt: instant('next_try_at').notNull().default(sql`now()`),
    createdAt: createdAt(),
  },
  (t) => [
    index('router_provisions_nas_idx').on(t.nasId),
    check('router_provisions_kind', sql`${t.kind} in ('ppp', 'ipoe')`),
    check(
      'router_provisions_ppp_service',
      sql`${t.pppService} in ('any', 'async', 'l2tp', 'ovpn', 'pppoe', 'pptp', 'sstp')`,
    ),
    check('router_provisions_state', sql`${t.state} in ('pending', 'applying', 'applied')`),
  ],
);

/** The latest look at a router by its API: `since` is when its state began, `next_poll_at` when it is looked at again. */
export const routerHealth = pgTable(
  'router_health',
  {
    nasId: amount('nas_id')
      .primaryKey()
      .references(() => nas.id, { onDelete: 'cascade' }),
    state: text('state').notNull().default('unknown'),
    reason: text('reason'),
    since: instant('since').notNull().default(sql`now()`),
    checkedAt: instant('checked_at'),
    answeredAt: instant('answered_at'),
    failures: integer('failures').notNull().default(0),
    identity: text('identity'),
    version: text('version'),
    boardName: text('board_name'),
    uptimeS: integer('uptime_s'),
    cpuPercent: integer('cpu_percent'),
    memoryTotalOctets: amount('memory_total_octets'),
    memoryFreeOctets: amount('memory_free_octets'),
    activeSessions: integer('active_sessions'),
    latencyMs: integer('latency_ms'),
    interfaces: jsonb('interfaces').notNull().default([]),
    /** What its RADIUS client has counted with this server, and when the tunnel was last shaken hands on. */
    radiusCounters: jsonb('radius_counters'),
    tunnelHandshakeAt: instant('tunnel_handshake_at'),
    nextPollAt: instant('next_poll_at').notNull().default(sql`now()`),
  },
  (t) => [
    index('router_health_next_poll_idx').on(t.nextPollAt),
    check('router_health_state', sql`${t.state} in ('unknown', 'up', 'busy', 'silent', 'down')`),
  ],
);

/** What each look found, kept for a month. */
export const routerHealthSamples = pgTable(
  'router_health_samples',
  {
    nasId: amount('nas_id').notNull(),
    at: instant('at').notNull().default(sql`now()`),
    state: text('state').notNull(),
    cpuPercent: integer('cpu_percent'),
    memoryFreeOctets: amount('memory_free_octets'),
    activeSessions: integer('active_sessions'),
    latencyMs: integer('latency_ms'),
  },
  (t) => [
    index('router_health_samples_idx').on(t.nasId, t.at),
    index('router_health_samples_at_idx').on(t.at),
  ],
);

/** Tunnels of routers behind NAT. The private key of a router is on the router only. */
export const routerTunnels = pgTable('router_tunnels', {
  nasId: amount('nas_id')
    .primaryKey()
    .references(() => nas.id, { onDelete: 'cascade' }),
  address: inet('address').notNull().unique('router_tunnels_address_key'),
  publicKey: text('public_key').notNull(),
  presharedKeyEnc: bytea('preshared_key_enc').notNull(),
  createdAt: createdAt(),
});

/** The server's end of all tunnels; one row. */
export const tunnelServer = pgTable(
  'tunnel_server',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    publicKey: text('public_key').notNull(),
    privateKeyEnc: bytea('private_key_enc').notNull(),
    createdAt: createdAt(),
  },
  (t) => [check('tunnel_server_is_only', sql`${t.isOnly}`)],
);
