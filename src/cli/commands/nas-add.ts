import { addNas } from '../../network/nas/nas.service.ts';
import type { Command } from '../command.ts';

/** The command `nas add`. */
export const nasAddCommand: Command = {
  name: 'nas add',
  summary: 'let a router ask this server',
  options: {
    name: { value: 'N', help: 'a name of your choice', isRequired: true },
    address: {
      value: 'A',
      help: 'where its packets come from: an address, or a block such as 10.0.0.0/24',
      isRequired: true,
    },
    secret: { value: 'S', help: 'the shared secret, as typed on the router', isRequired: true },
    'coa-port': { value: 'P', help: 'where it takes CoA and Disconnect (3799)' },
    identifier: { value: 'I', help: 'its NAS-Identifier, where several routers share an address' },
    'require-message-authenticator': {
      value: 'yes|no|auto',
      help: 'refuse unsigned requests; auto: from the first signed one on (auto)',
    },
    'limit-proxy-state': {
      value: 'yes|no|auto',
      help: 'refuse unsigned requests with Proxy-State, which forged replies need (yes)',
    },
    'interim-interval': { value: 'SECONDS', help: 'how often it reports usage, at least 60' },
    'swap-octets': { help: 'it counts upload as output: exchange the two' },
  },
  examples: ['nas add --name edge-1 --address 10.0.0.1 --secret 4fFq2wRkT9xLb7Zc'],
  async run({ args, out, open }) {
    const { db, box, actor } = await open();
    const { id, nas, warning } = await addNas(
      { db, box },
      {
        actor,
        name: args.required('name'),
        address: args.required('address'),
        secret: args.required('secret'),
        coaPort: args.integer('coa-port', { min: 1, max: 65_535 }),
        nasIdentifier: args.text('identifier'),
        requireMessageAuthenticator: args.text('require-message-authenticator'),
        limitProxyState: args.text('limit-proxy-state'),
        interimIntervalS: args.integer('interim-interval', { min: 60, max: 86_400 }),
        swapOctets: args.flag('swap-octets'),
      },
    );
    const { secret: _secret, ...shown } = nas;
    out.result({ id, ...shown, warning }, () => `Added the NAS ${nas.name} at ${nas.address}.`);
    if (warning !== undefined && !out.isJson) out.note(`Warning: ${warning}`);
    return undefined;
  },
};
