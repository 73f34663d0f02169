import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RouterCommand, RouterPort } from '../../src/network/router.port.ts';
import {
  failureOf,
  openTestDriver,
  openTestRouterOs,
  type TestRouterOs,
} from '../support/routeros-router.ts';

let target: TestRouterOs;
let driver: RouterPort;

const SECRETS: RouterCommand = { path: '/ppp/secret/print' };

beforeEach(async () => {
  target = await openTestRouterOs();
  driver = openTestDriver();
});

afterEach(async () => {
  await driver.close();
  await target.close();
});

function run(path: string, attributes: Record<string, string> = {}, more: Partial<RouterCommand> = {}) {
  return driver.run(target.access, { path, attributes, ...more });
}

describe('what a router answers', () => {
  it('an item that was added is printed with its values, in any alphabet', async () => {
    const { ret } = await run('/ppp/secret/add', { name: 'иван', password: 'a=b', comment: 'Ñandú 日本' });
    expect(ret).toBe('*1');
    const { rows } = await run(
      '/ppp/secret/print',
      { '.proplist': '.id,name,comment' },
      { queries: ['name=иван'] },
    );
    expect(rows).toEqual([{ '.id': '*1', name: 'иван', comment: 'Ñandú 日本' }]);
    expect(target.router.config.menu('/ppp/secret').find({ name: 'иван' })?.password).toBe('a=b');
  });

  it.each([
    ['with !empty, as since 7.18', false],
    ['without it, as before', true],
  ])('a print that finds nothing is an empty list (%s)', async (_, hasNoEmptyReply) => {
    target.api.faults.hasNoEmptyReply = hasNoEmptyReply;
    expect(await run('/ppp/secret/print')).toEqual({ rows: [], ret: undefined });
    expect(await run('/ppp/secret/print')).toEqual({ rows: [], ret: undefined });
  });

  it('a count is the ret of the last reply', async () => {
    await run('/ppp/secret/add', { name: 'ann' });
    expect(await run('/ppp/secret/print', { 'count-only': '' })).toEqual({ rows: [], ret: '1' });
  });

  it.each([
    ['the tag stands last', { isTagLast: true }],
    ['each octet comes in a segment of its own', { isSplit: true }],
    ['replies for unknown tags come in between', { answersStrangers: true }],
  ])('is understood when %s', async (_, faults) => {
    Object.assign(target.api.faults, faults);
    await run('/ppp/secret/add', { name: 'ann', comment: 'x'.repeat(300) });
    const answers = await Promise.all([
      run('/ppp/secret/print'),
      run('/system/identity/print'),
      run('/ppp/aaa/print'),
    ]);
    expect(answers[0].rows[0]).toMatchObject({ name: 'ann', comment: 'x'.repeat(300) });
    expect(answers[1].rows[0]).toMatchObject({ name: 'tower-1' });
    expect(answers[2].rows[0]).toMatchObject({ 'use-radius': 'true' });
  });

  it('20,000 items in one burst all arrive', async () => {
    const secrets = target.router.config.menu('/ppp/secret');
    for (let at = 0; at < 20_000; at += 1) secrets.add({ name: `u${at}`, comment: 'a=b=c' });
    const { rows } = await run('/ppp/secret/print', { '.proplist': 'name,comment' });
    expect(rows.length).toBe(20_000);
    expect(rows[19_999]).toEqual({ name: 'u19999', comment: 'a=b=c' });
  });

  it('a trap rejects with its meaning, and the connection goes on', async () => {
    await run('/ppp/secret/add', { name: 'ann' });
    const failure = await failureOf(run('/ppp/secret/add', { name: 'ann' }));
    expect(failure).toMatchObject({ code: 'router_command_failed', mayHaveTakenEffect: false });
    expect(failure.trap).toEqual({
      kind: 'already_exists',
      message: 'failure: secret with the same name already exists',
    });
    expect((await run('/ppp/secret/print')).rows.length).toBe(1);
    expect(target.api.accepted).toBe(1);
  });

  it('the two traps of a missing menu are one failure', async () => {
    const failure = await failureOf(run('/wifi/print'));
    expect(failure.trap?.kind).toBe('no_such_command');
    expect((await run('/ppp/secret/print')).rows).toEqual([]);
  });

  it('commands sent at once are answered each by its own', async () => {
    target.api.faults.answerDelayMs = 20;
    const names = Array.from({ length: 50 }, (_, at) => `user-${at}`);
    const ids = await Promise.all(names.map((name) => run('/ppp/secret/add', { name })));
    expect(new Set(ids.map(({ ret }) => ret)).size).toBe(50);
    expect(target.api.accepted).toBe(1);
  });
});

describe('a router that fails', () => {
  it('in silence makes every command reject at its deadline, and the connection is given up', async () => {
    await run('/ppp/secret/print');
    target.api.faults.isSilent = true;
    const failure = await failureOf(run('/ppp/secret/add', { name: 'ann' }, { deadlineMs: 50 }));
    expect(failure).toMatchObject({ code: 'router_silent', mayHaveTakenEffect: true });
    target.api.faults.isSilent = false;
    expect((await run('/ppp/secret/print')).rows).toEqual([]);
    expect(target.api.accepted).toBe(2);
  });

  it('in one command alone, while others are answered, keeps its connection', async () => {
    await run('/system/identity/print');
    const slow = failureOf(
      driver.run(target.access, {
        path: '/interface/monitor-traffic',
        attributes: { interface: 'ether1' },
        deadlineMs: 100,
      }),
    );
    await run('/system/identity/print');
    expect((await slow).code).toBe('router_silent');
    await run('/system/identity/print');
    expect(target.api.accepted).toBe(1);
    expect(target.api.commands).toContain('/cancel');
  });

  it('by cutting the connection rejects all commands under way, each of which may have taken effect', async () => {
    await run('/ppp/secret/print');
    target.api.faults.isSilent = true;
    const waiting = [1, 2, 3].map((at) => failureOf(run('/ppp/secret/add', { name: `u${at}` })));
    await new Promise((resolve) => setTimeout(resolve, 30));
    target.api.cut();
    for (const failure of await Promise.all(waiting)) {
      expect(failure).toMatchObject({ code: 'router_connection_lost', mayHaveTakenEffect: true });
    }
  });

  it('by !fatal says why', async () => {
    await run('/ppp/secret/print');
    target.api.faults.fatal = 'session terminated on request';
    const failure = await failureOf(run('/ppp/secret/add', { name: 'ann' }));
    expect(failure.code).toBe('router_session_ended');
    expect(failure.message).toContain('session terminated on request');
  });

  it('while it stood idle is asked again for what is only read', async () => {
    await run('/ppp/secret/print');
    target.api.cut();
    expect((await run('/ppp/secret/print')).rows).toEqual([]);
    expect(target.api.accepted).toBe(2);
  });

  it('is left alone after a failure, with its reason, and comes back by itself', async () => {
    await target.api.stop();
    const first = await failureOf(run('/ppp/secret/print'));
    expect(first.code).toBe('router_refused');
    const second = await failureOf(run('/ppp/secret/print'));
    expect(second.code).toBe('router_resting');
    expect(second.message).toContain('refused the connection');
    await target.api.listen();
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await run('/ppp/secret/print')).rows).toEqual([]);
  });

  it('does not keep another router from being asked', async () => {
    const other = await openTestRouterOs({ address: '127.0.0.32', routerId: '2' });
    await target.api.stop();
    await failureOf(run('/ppp/secret/print'));
    expect((await driver.run(other.access, SECRETS)).rows).toEqual([]);
    await other.close();
  });

  it('gets a fresh start with other credentials', async () => {
    const wrong = { ...target.access, password: 'wrong' };
    expect((await failureOf(driver.run(wrong, SECRETS))).code).toBe('router_login_failed');
    expect((await failureOf(driver.run(wrong, SECRETS))).code).toBe('router_resting');
    expect((await driver.run(target.access, SECRETS)).rows).toEqual([]);
  });

  it('with a word of 10 MB is hung up on', async () => {
    await run('/ppp/secret/print');
    target.api.faults.babbles = Buffer.concat([Buffer.from('e0989680', 'hex'), Buffer.alloc(1_000)]);
    const failure = await failureOf(run('/ppp/secret/add', { name: 'ann' }));
    expect(failure.code).toBe('router_reply_absurd');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(target.api.connections).toBe(0);
  });

  it('after the driver was closed starts nothing more', async () => {
    target.api.faults.answerDelayMs = 30;
    const underWay = failureOf(run('/ppp/secret/print'));
    await driver.close();
    expect((await underWay).code).toBe('router_connection_lost');
  });
});

describe('a connection', () => {
  it('is closed when nobody uses it, and made anew when somebody does', async () => {
    await driver.close();
    driver = openTestDriver({ idleMs: 30 });
    await run('/ppp/secret/print');
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(target.api.connections).toBe(0);
    await run('/ppp/secret/print');
    expect(target.api.accepted).toBe(2);
  });
});
