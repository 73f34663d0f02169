import type { Actor } from '../../src/platform/identity/actor.ts';

/** Who acts in tests; `system:test` in the log of a service. */
export const testActor: Actor = { kind: 'system', name: 'test' };
