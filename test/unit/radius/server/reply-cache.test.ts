import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyCache } from '../../../../src/radius/server/reply-cache.ts';

/** A request as the cache sees one: an id and an authenticator. */
function request(id: number, authenticator: number): Buffer {
  const datagram = Buffer.alloc(20, authenticator);
  datagram[0] = 1;
  datagram[1] = id;
  return datagram;
}

function open(parts: Partial<ConstructorParameters<typeof ReplyCache>[0]> = {}): ReplyCache {
  return new ReplyCache({ entriesMax: 64, bytesMax: 4_096, ttlMs: 1_000, ...parts });
}

function answer(cache: ReplyCache, reply: string): void {
  cache.store(cache.slot, Buffer.from(reply), Buffer.byteLength(reply));
}

function kept(cache: ReplyCache): string {
  return cache.bytes.toString('utf8', cache.replyStart, cache.replyStart + cache.replySize);
}

describe('the reply cache', () => {
  it('knows a request as new, then in work, then answered with the same octets', () => {
    const cache = open();
    const packet = request(1, 7);
    expect(cache.look(1, 5000, packet, 0)).toBe('new');
    expect(cache.look(1, 5000, packet, 10)).toBe('in_work');
    answer(cache, 'accept');
    expect(cache.look(1, 5000, packet, 20)).toBe('answered');
    expect(kept(cache)).toBe('accept');
  });

  it.each([
    ['another authenticator under the same id', 1, 5000, request(1, 8)],
    ['another id', 1, 5000, request(2, 7)],
    ['another port', 1, 5001, request(1, 7)],
    ['another source', 2, 5000, request(1, 7)],
  ])('takes %s for a new request', (_, source, port, packet) => {
    const cache = open();
    cache.look(1, 5000, request(1, 7), 0);
    answer(cache, 'accept');
    expect(cache.look(source, port, packet, 1)).toBe('new');
  });

  it('a new authenticator drives the old request of its id out', () => {
    const cache = open();
    cache.look(1, 5000, request(1, 7), 0);
    answer(cache, 'first');
    cache.look(1, 5000, request(1, 8), 1);
    answer(cache, 'second');
    expect(cache.look(1, 5000, request(1, 8), 2)).toBe('answered');
    expect(kept(cache)).toBe('second');
    expect(cache.look(1, 5000, request(1, 7), 3)).toBe('new');
  });

  it('forgets after its time', () => {
    const cache = open({ ttlMs: 1_000 });
    cache.look(1, 5000, request(1, 7), 0);
    answer(cache, 'accept');
    expect(cache.look(1, 5000, request(1, 7), 999)).toBe('answered');
    expect(cache.look(1, 5000, request(1, 7), 1_000)).toBe('new');
  });

  it('a request that is given up is worked on again when it comes again; an answered one is not', () => {
    const cache = open();
    cache.look(1, 5000, request(1, 7), 0);
    cache.forget(cache.slot);
    expect(cache.look(1, 5000, request(1, 7), 1)).toBe('new');
    answer(cache, 'accept');
    cache.forget(cache.slot);
    expect(cache.look(1, 5000, request(1, 7), 2)).toBe('answered');
  });

  it('a reply that was overwritten in the ring is never sent', () => {
    const cache = open({ bytesMax: 100 });
    cache.look(1, 5000, request(1, 7), 0);
    answer(cache, 'a'.repeat(40));
    cache.look(1, 5000, request(2, 7), 0);
    answer(cache, 'b'.repeat(40));
    expect(cache.look(1, 5000, request(1, 7), 1)).toBe('answered');
    cache.look(1, 5000, request(3, 7), 1);
    answer(cache, 'c'.repeat(40));
    expect(cache.look(1, 5000, request(1, 7), 2)).toBe('new');
    expect(cache.look(1, 5000, request(2, 7), 2)).toBe('answered');
    expect(kept(cache)).toBe('b'.repeat(40));
  });

  it('a late answer is told when its entry has gone to another request', () => {
    const cache = open();
    const packet = request(1, 7);
    cache.look(1, 5000, packet, 0);
    const { slot } = cache;
    expect(cache.isStill(slot, 1, 5000, packet)).toBe(true);
    cache.look(1, 5000, request(1, 8), 1);
    expect(cache.isStill(slot, 1, 5000, packet)).toBe(false);
  });

  it('never gives a request the reply of another, whatever comes in whatever order', () => {
    const step = fc.record({
      source: fc.nat(2),
      port: fc.constantFrom(1, 5000, 5001, 65_535),
      id: fc.nat(6),
      authenticator: fc.nat(3),
      does: fc.constantFrom('answer', 'answer', 'answer', 'wait', 'forget'),
      afterMs: fc.nat(400),
      size: fc.integer({ min: 20, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const cache = open({ entriesMax: 16, bytesMax: 700 });
        let nowMs = 0;
        for (const { source, port, id, authenticator, does, afterMs, size } of steps) {
          nowMs += afterMs;
          const name = `${source} ${port} ${id} ${authenticator} `;
          const reply = name.repeat(20).slice(0, size);
          const verdict = cache.look(source, port, request(id, authenticator), nowMs);
          if (verdict === 'answered') expect(kept(cache).startsWith(name)).toBe(true);
          else if (verdict === 'new' && does === 'answer') answer(cache, reply);
          else if (verdict === 'new' && does === 'forget') cache.forget(cache.slot);
        }
      }),
      { numRuns: 400 },
    );
  });
});
