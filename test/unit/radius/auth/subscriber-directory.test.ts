import { describe, expect, it } from 'vitest';
import type { ServiceId } from '../../../../src/kernel/ids.ts';
import type { Subscriber } from '../../../../src/radius/auth/subscriber.ts';
import { SubscriberDirectory } from '../../../../src/radius/auth/subscriber-directory.ts';
import { someReplies } from '../policy/factories.ts';
import { someSubscriber } from './factories.ts';

const named = (id: string, username: string): Subscriber =>
  someSubscriber({ serviceId: id as ServiceId, username });

function directoryOf(...subscribers: readonly Subscriber[]): SubscriberDirectory {
  const directory = new SubscriberDirectory();
  directory.replaceAll('none', subscribers);
  return directory;
}

describe('the directory', () => {
  it('finds a subscriber by name and by service', () => {
    const alice = named('1', 'alice');
    const directory = directoryOf(alice, named('2', 'bob'));
    expect(directory.find('alice')).toBe(alice);
    expect(directory.ofService(1)).toBe(alice);
    expect(directory.find('ALICE')).toBeUndefined();
    expect(directory.size).toBe(2);
  });

  it('finds a MAC address in any notation', () => {
    const lease = named('1', 'AA:BB:CC:00:00:01');
    expect(directoryOf(lease).find('aabb.cc00.0001')).toBe(lease);
  });

  it('looks names up by the rule of the installation', () => {
    const directory = new SubscriberDirectory();
    const alice = named('1', 'Alice');
    directory.replaceAll('lowercase_strip_realm', [alice]);
    expect(directory.find('ISP\\ALICE@home')).toBe(alice);
  });

  it('takes a changed subscriber in place of the old one and keeps what was learnt of it', () => {
    const before = named('1', 'alice');
    before.acceptedAtS = 99;
    before.acceptedStation = 5;
    const directory = directoryOf(before);
    const after = named('1', 'alice');
    directory.put(after);
    expect(directory.find('alice')).toBe(after);
    expect([after.acceptedAtS, after.acceptedStation]).toEqual([99, 5]);
  });

  it('a renamed service is found under its new name alone', () => {
    const directory = directoryOf(named('1', 'alice'));
    directory.put(named('1', 'alicia'));
    expect(directory.find('alice')).toBeUndefined();
    expect(directory.find('alicia')?.serviceNumber).toBe(1);
  });

  it('two services that swap their names are both found', () => {
    const directory = directoryOf(named('1', 'alice'), named('2', 'bob'));
    directory.put(named('1', 'bob'));
    directory.put(named('2', 'alice'));
    expect([directory.find('alice')?.serviceNumber, directory.find('bob')?.serviceNumber]).toEqual([2, 1]);
  });

  it('forgets a service that is gone, but not another that has its name by now', () => {
    const directory = directoryOf(named('1', 'alice'));
    directory.put(named('2', 'alice'));
    directory.remove(1);
    expect(directory.find('alice')?.serviceNumber).toBe(2);
    directory.remove(2);
    expect(directory.find('alice')).toBeUndefined();
    expect(directory.ofService(2)).toBeUndefined();
  });
});

describe('a temporary speed', () => {
  it('ends at its instant, also in memory', () => {
    const [own, later] = [someReplies(1), someReplies(2)];
    const subscriber = someSubscriber({ ownReplies: own, ownRepliesUntilMs: 1_000, laterReplies: later });
    subscriber.settle(999);
    expect(subscriber.replies).toBe(own);
    subscriber.settle(1_000);
    expect(subscriber.replies).toBe(later);
  });

  it('that has no end stays', () => {
    const own = someReplies(1);
    const subscriber = someSubscriber({ ownReplies: own });
    subscriber.settle(Number.MAX_SAFE_INTEGER);
    expect(subscriber.replies).toBe(own);
  });
});
