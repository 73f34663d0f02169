import { z } from 'zod';

const routerPlace = z.object({
  /** An address of loopback, this router's alone. */
  address: z.string(),
  identity: z.string(),
  secret: z.string(),
});
export type RouterPlace = z.infer<typeof routerPlace>;

const line = z.object({
  /** Index of the router in the order they were opened. */
  router: z.number().int().nonnegative(),
  username: z.string(),
  password: z.string(),
});
/** A subscriber at home behind one of the routers. */
export type FleetLine = z.infer<typeof line>;

/** What the bench tells the fleet. */
export const fleetOrder = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    routers: z.array(routerPlace),
    authPort: z.number(),
    acctPort: z.number(),
    apiUser: z.object({ name: z.string(), password: z.string() }),
  }),
  z.object({ type: z.literal('dial'), lines: z.array(line) }),
  z.object({ type: z.literal('take_orders') }),
  z.object({ type: z.literal('rates') }),
  z.object({ type: z.literal('shut_down') }),
]);
export type FleetOrder = z.infer<typeof fleetOrder>;

const openedRouter = z.object({ address: z.string(), coaPort: z.number(), apiPort: z.number() });
/** Where a router of the fleet is to be reached. */
export type OpenedRouter = z.infer<typeof openedRouter>;

const takenOrders = z.object({
  coa: z.number(),
  disconnects: z.number(),
  /** Datagrams that reached one router within any one second, retransmissions included, at the most. */
  busiestSecond: z.number(),
  /** Routers that got any. */
  routers: z.number(),
});
/** CoA and Disconnect as the routers saw them since the last call, each order once. */
export type TakenOrders = z.infer<typeof takenOrders>;

const rateCount = z.object({ rate: z.string(), sessions: z.number() });
/** Live sessions by the rate in force on their router, as `UP/DOWN` in bit/s. */
export type RateCount = z.infer<typeof rateCount>;

/** What the fleet answers. */
export const fleetAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), routers: z.array(openedRouter) }),
  z.object({ type: z.literal('dialled'), up: z.number(), firstRefusal: z.string().optional() }),
  z.object({ type: z.literal('orders'), orders: takenOrders }),
  z.object({ type: z.literal('rates'), rates: z.array(rateCount) }),
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);
export type FleetAnswer = z.infer<typeof fleetAnswer>;
