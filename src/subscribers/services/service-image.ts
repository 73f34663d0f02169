import type { AuditImage } from '../../platform/identity/audit.ts';
import type { Service } from './service.ts';

/** A service as the audit log shows it. */
export function serviceImage(service: Service): AuditImage {
  return {
    customer_id: service.customerId,
    package_id: service.planId,
    username: service.username,
    description: service.description ?? null,
    status: service.status,
    reason: service.reason ?? null,
    mac_address: service.macAddress ?? null,
    mac_bind: service.macBind,
    allowed_nas_ids: service.allowedNasIds ?? null,
    session_limit: service.sessionLimit ?? null,
    rate_limit: service.rateLimit ?? null,
    rate_limit_until: service.rateLimitUntil?.toISOString() ?? null,
    ip: service.framedIp ?? null,
    pool: service.framedPool ?? null,
    framed_ipv6_prefix: service.framedIpv6Prefix ?? null,
    delegated_ipv6_prefix: service.delegatedIpv6Prefix ?? null,
    framed_routes: service.framedRoutes ?? null,
    radius_attributes: service.radiusAttributes,
    anchor_day: service.anchorDay ?? null,
    auto_renew: service.autoRenew,
    activated_at: service.activatedAt?.toISOString() ?? null,
    expires_at: service.expiresAt?.toISOString() ?? null,
  };
}
