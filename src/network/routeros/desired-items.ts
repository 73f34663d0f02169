import type { DesiredState } from '../desired-state.ts';
import { queueRates } from './simple-queue.ts';

/** What a service that is kept on its router should have there. */
export interface LocalService {
  readonly serviceId: string;
  readonly kind: 'ppp' | 'ipoe';
  readonly username: string;
  readonly password: string;
  /** Of the secret: `pppoe`, `l2tp` ... or `any`. */
  readonly pppService: string;
  readonly macAddress: string | undefined;
  readonly framedIp: string | undefined;
  readonly framedPool: string | undefined;
  readonly addressList: string | undefined;
  /** Taken off the router: cancelled, or moved to RADIUS. */
  readonly isLeaving: boolean;
}

/** One item of one menu that must be there with these values, or must not be there. */
export interface DesiredItem {
  readonly menu: '/ppp/profile' | '/ppp/secret' | '/queue/simple' | '/ip/firewall/address-list';
  /** By what the item is found when its comment is not: no two items of the menu share these. */
  readonly key: Readonly<Record<string, string>>;
  /** By what ours is known; what bears another comment is never changed. */
  readonly comment: string;
  /** An empty value is one that must not be set. Undefined: ours is removed. */
  readonly values: Readonly<Record<string, string>> | undefined;
  /** Used by many services: made and mended, never removed. */
  readonly isShared: boolean;
}

/** Every comment of ours begins so. */
export const MARK = 'netflow-isp';

/** The comment of what belongs to one service. */
export function serviceMark(serviceId: string): string {
  return `${MARK} service=${serviceId}`;
}

/**
 * The items of a service, in the order they must be made. PPP: a profile for each rate, shared, and a secret that is
 * disabled for whoever may not come in. IPoE: a queue, and the address on the walled list.
 */
export function desiredItems(
  service: LocalService,
  desired: DesiredState,
  walledList: string,
): DesiredItem[] {
  return service.kind === 'ppp'
    ? pppItems(service, desired, walledList)
    : ipoeItems(service, desired, walledList);
}

function pppItems(service: LocalService, desired: DesiredState, walledList: string): DesiredItem[] {
  const profile = profileOf(service, desired, walledList);
  const secret: DesiredItem = {
    menu: '/ppp/secret',
    key: { name: service.username },
    comment: serviceMark(service.serviceId),
    isShared: false,
    values: service.isLeaving
      ? undefined
      : {
          name: service.username,
          password: service.password,
          service: service.pppService,
          profile: profile.key.name ?? '',
          disabled: desired.access === 'none' ? 'true' : 'false',
          'caller-id': service.macAddress ?? '',
          'remote-address': service.framedIp ?? '',
        },
  };
  return service.isLeaving ? [secret] : [profile, secret];
}

/** Rates, pools and lists are the profile's on RouterOS; its name says what it holds. */
function profileOf(service: LocalService, desired: DesiredState, walledList: string): DesiredItem {
  const rateLimit = rateOf(desired);
  const list = desired.access === 'walled' ? walledList : service.addressList;
  const parts = [
    rateLimit?.replaceAll('/', '-').replaceAll(' ', '_') ?? 'unlimited',
    service.framedPool,
    list,
  ];
  const name = `netflow-${parts.filter((part) => part !== undefined).join('+')}`;
  return {
    menu: '/ppp/profile',
    key: { name },
    comment: MARK,
    isShared: true,
    values: {
      name,
      ...(rateLimit === undefined ? {} : { 'rate-limit': rateLimit }),
      ...(service.framedPool === undefined ? {} : { 'remote-address': service.framedPool }),
      ...(list === undefined ? {} : { 'address-list': list }),
    },
  };
}

function ipoeItems(service: LocalService, desired: DesiredState, walledList: string): DesiredItem[] {
  const address = service.framedIp ?? '';
  const isBlocked = desired.access === 'none' || desired.access === 'walled';
  const name = `netflow-${service.username}`;
  return [
    {
      menu: '/queue/simple',
      key: { name },
      comment: serviceMark(service.serviceId),
      isShared: false,
      values: service.isLeaving
        ? undefined
        : { name, target: `${address}/32`, ...queueRates(rateOf(desired)) },
    },
    {
      menu: '/ip/firewall/address-list',
      key: { list: walledList, address },
      comment: serviceMark(service.serviceId),
      isShared: false,
      values: isBlocked && !service.isLeaving ? { list: walledList, address } : undefined,
    },
  ];
}

/** The rate in force, or none. */
export function rateOf(desired: DesiredState): string | undefined {
  return 'rateLimit' in desired ? desired.rateLimit : undefined;
}
