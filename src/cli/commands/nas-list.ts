import { listNas } from '../../network/nas/nas.store.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

/** The command `nas list`. */
export const nasListCommand: Command = {
  name: 'nas list',
  summary: 'show the routers that may ask this server',
  notes: ['Secrets are never shown.'],
  examples: ['nas list'],
  async run({ out, open }) {
    const { db } = await open();
    const items = await listNas(db);
    out.result({ items }, () =>
      items.length === 0
        ? 'There is no NAS yet: add one with nas add.'
        : table(
            [
              { title: 'name' },
              { title: 'address' },
              { title: 'identifier' },
              { title: 'CoA port', isRight: true },
              { title: 'signed requests' },
              { title: 'notes' },
            ],
            items.map((nas) => [
              nas.name,
              nas.address,
              nas.nasIdentifier ?? '',
              String(nas.coaPort),
              nas.requireMessageAuthenticator === 'auto'
                ? `auto (${nas.messageAuthenticatorLearntAt === undefined ? 'not learnt' : 'learnt: required'})`
                : nas.requireMessageAuthenticator,
              [
                ...(nas.isRotating ? ['two secrets'] : []),
                ...(nas.swapOctets ? ['octets swapped'] : []),
                ...(nas.disabledAt === undefined ? [] : ['disabled']),
              ].join(', '),
            ]),
          ),
    );
    return undefined;
  },
};
