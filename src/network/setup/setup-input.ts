import type { RouterTunnel } from './tunnel.ts';

/** What a router has to know to ask this server. */
export interface RadiusInput {
  /** Where routers reach this server; within the tunnel when there is one. */
  readonly radiusAddress: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly coaPort: number;
  /** Undefined leaves a place for it: a stored secret is never shown. */
  readonly secret: string | undefined;
  readonly interimIntervalS: number;
}

/** What the whole set-up says of this server and of the router. */
export interface SetupInput extends RadiusInput {
  /** Where a walled customer is sent. */
  readonly portalPort: number;
  /** The user that the API is given to. */
  readonly apiUser: string;
  /** The address list of walled customers; undefined where no login is walled. */
  readonly walledList: string | undefined;
  /** Of a router behind NAT. */
  readonly tunnel: RouterTunnel | undefined;
}
