import { readNasNamed } from '../../network/nas/nas-reading.service.ts';
import { readSetupScript } from '../../network/setup/setup.service.ts';
import { makeTunnel } from '../../network/setup/tunnel.service.ts';
import { reachableAddress } from '../../platform/config/addresses.ts';
import type { Command } from '../command.ts';

/** The command `nas script`. */
export const nasScriptCommand: Command = {
  name: 'nas script',
  summary: 'print the set-up of a router as a file to import there',
  positionals: [{ name: 'name', help: 'the name of the NAS' }],
  options: {
    secret: { value: 'S', help: 'put this secret in; a stored one is never shown' },
    server: { value: 'A', help: 'the address routers reach this server at, where it is not the one found' },
    tunnel: { help: 'make a WireGuard tunnel for a router behind NAT; its key is in the script only' },
  },
  notes: ['RADIUS, CoA, a user for the API, firewall, walled garden: safe to repeat on the router.'],
  examples: ['nas script tower-1 > tower-1-setup.rsc', 'nas script tower-9 --tunnel > tower-9-setup.rsc'],
  async run({ args, out, open }) {
    const name = args.required('name');
    const { db, box, config, actor } = await open();
    const nas = await readNasNamed(db, name);
    const server = {
      radiusAddress: args.text('server') ?? reachableAddress(config.radiusHosts[0] ?? '0.0.0.0'),
      radiusAuthPort: config.radiusAuthPort,
      radiusAcctPort: config.radiusAcctPort,
      httpPort: config.httpPort,
    };
    const deps = { db, box };
    const tunnel = args.flag('tunnel') ? await makeTunnel(deps, { nasId: nas.id, actor }) : undefined;
    const { script } = await readSetupScript(deps, {
      nasId: nas.id,
      server,
      secret: args.text('secret'),
      tunnel,
    });
    out.result({ name, script, tunnel_address: tunnel?.address }, () => script.trimEnd());
    if (tunnel !== undefined && !out.isJson) {
      out.note(
        `Then: tunnel server-config on this server, and the address of ${name} becomes ${tunnel.address}.`,
      );
    }
    return undefined;
  },
};
