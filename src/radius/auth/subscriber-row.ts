/** A plan's terms as the RADIUS role needs them. */
export interface PlanRow {
  readonly id: string;
  readonly rate_limit: string | null;
  readonly fup: unknown;
  readonly pool: string | null;
  readonly address_list: string | null;
  readonly ipv6_pool: string | null;
  readonly ppp_profile: string | null;
  readonly session_limit: number;
  readonly idle_timeout_s: number | null;
  readonly session_timeout_s: number | null;
  readonly interim_interval_s: number | null;
  readonly radius_attributes: unknown;
  readonly limit_action: string;
}

/** A service as the RADIUS role needs it, with its running segment's allowance and use. */
export interface SubscriberRow {
  readonly id: string;
  readonly customer_id: string;
  readonly package_id: string;
  readonly username: string;
  /** The sealed password in base64. */
  readonly password_enc: string;
  readonly status: string;
  readonly reason: string | null;
  readonly mac_address: string | null;
  readonly mac_bind: boolean;
  readonly allowed_nas_ids: string | null;
  readonly session_limit: number | null;
  readonly expires_ms: string | null;
  readonly state_version: number;
  /** The individual terms as JSON; null when the plan says everything. */
  readonly own: OwnTerms | null;
  readonly allowance_octets: string | null;
  /** Those that count against the allowance. */
  readonly used_octets: string | null;
  /** What its terms do when it is used up; null without a segment. */
  readonly limit_action: string | null;
  /** The allowance of the whole period where it may differ from that of the segment. */
  readonly period_allowance: string | null;
}

/** What a service has instead of its plan's terms. */
export interface OwnTerms {
  readonly rate_limit: string | null;
  readonly rate_limit_until_ms: number | null;
  readonly framed_ip: string | null;
  readonly framed_pool: string | null;
  readonly framed_ipv6_prefix: string | null;
  readonly delegated_ipv6_prefix: string | null;
  readonly framed_routes: string[] | null;
  readonly radius_attributes: unknown;
}
