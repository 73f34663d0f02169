import { describe, expect, it } from 'vitest';
import { classifyTrap, trapError } from '../../../../src/network/routeros/trap.ts';

describe('what a trap means', () => {
  it.each([
    ['no such item', '0', 'no_such_item'],
    ['no such item (4)', undefined, 'no_such_item'],
    ['failure: secret with the same name already exists', undefined, 'already_exists'],
    ['failure: already have such entry', undefined, 'already_exists'],
    ['failure: already have such name', undefined, 'already_exists'],
    ['failure: already have device with such name', undefined, 'already_exists'],
    ['failure: pool with such name exists', undefined, 'already_exists'],
    ['input does not match any value of profile', '1', 'missing_reference'],
    ['ambiguous value of profile, more than one possible value matches input', '1', 'missing_reference'],
    ['invalid value for argument remote-address', '1', 'invalid_value'],
    ['value of range expects range of ip addresses', '1', 'invalid_value'],
    ['unknown parameter dhcpv6-use-radius', undefined, 'unknown_parameter'],
    ['no such command', '0', 'no_such_command'],
    ['no such command or directory (ppp)', '0', 'no_such_command'],
    ['no such command prefix', '0', 'no_such_command'],
    ['not enough permissions (9)', undefined, 'not_permitted'],
    ['failure: can not change dynamic', undefined, 'not_changeable'],
    ['interrupted', '2', 'interrupted'],
    ['something new', '1', 'invalid_value'],
    ['something new', '2', 'interrupted'],
    ['failure: something new', undefined, 'other'],
  ])('%s (category %s) is %s', (message, category, kind) => {
    expect(classifyTrap(message, category).kind).toBe(kind);
  });

  it('is told with the command, the words of the router and the mend', () => {
    expect(trapError('/ppp/secret/add', 'not enough permissions (9)', undefined).message).toBe(
      'The router refused /ppp/secret/add: not enough permissions (9) (the API user needs the policies api, read, write and test).',
    );
  });

  it('that says nothing is still a sentence', () => {
    expect(trapError('/x', '', undefined).message).toBe('The router refused /x: no reason given.');
  });
});
