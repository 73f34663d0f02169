import { expect, it } from 'vitest';
import { appOver, askRemotely } from './fixtures.ts';

it('/healthz says that the process lives, whatever the rest does', async () => {
  const app = appOver({ readiness: { isReady: false, reasons: [] }, status: new Error('no database') });
  const answer = await askRemotely(app, '/healthz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'alive' }]);
});

it('/readyz is 200 when logins can be served', async () => {
  const answer = await askRemotely(appOver(), '/readyz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready', reasons: [] }]);
});

it('/readyz is 503 with the reasons when they cannot', async () => {
  const reasons = [{ code: 'radius_not_seen', message: 'No RADIUS role has reported within 10 seconds.' }];
  const answer = await askRemotely(appOver({ readiness: { isReady: false, reasons } }), '/readyz');
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not_ready', reasons }]);
});
