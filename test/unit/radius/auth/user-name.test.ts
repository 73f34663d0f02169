import { expect, it } from 'vitest';
import { type UserNameRule, userNameKey } from '../../../../src/radius/auth/user-name.ts';

it.each<[UserNameRule, string, string]>([
  ['none', 'Alice@ISP', 'Alice@ISP'],
  ['lowercase', 'Alice@ISP', 'alice@isp'],
  ['strip_realm', 'Alice@ISP', 'Alice'],
  ['strip_realm', 'ISP\\Alice', 'Alice'],
  ['strip_realm', 'a@b@c', 'a@b'],
  ['strip_realm', '@isp', '@isp'],
  ['lowercase_strip_realm', 'ISP\\Alice@Home', 'alice'],
  ['none', 'aa-bb-cc-00-00-01', 'AA:BB:CC:00:00:01'],
  ['lowercase', 'AABB.CC00.0001', 'AA:BB:CC:00:00:01'],
  ['none', '1:aa:bb:cc:0:0:1', 'AA:BB:CC:00:00:01'],
  ['none', 'facade', 'facade'],
  ['none', 'deadbeefcafe', 'DE:AD:BE:EF:CA:FE'],
  ['none', '', ''],
])('under the rule %s, %j is looked up as %j', (rule, name, key) => {
  expect(userNameKey(rule, name)).toBe(key);
});
