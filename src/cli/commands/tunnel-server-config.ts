import { readServerConfig } from '../../network/setup/tunnel.service.ts';
import type { Command } from '../command.ts';

/** The command `tunnel server-config`. */
export const tunnelServerConfigCommand: Command = {
  name: 'tunnel server-config',
  summary: "print the server's end of all tunnels for wg-quick, with its private key",
  notes: ['Renew it after each change: wg syncconf netflow <(wg-quick strip netflow).'],
  examples: ['tunnel server-config > /etc/wireguard/netflow.conf'],
  async run({ out, open }) {
    const { db, box } = await open();
    const config = await readServerConfig({ db, box });
    out.result({ config }, () => config.trimEnd());
    return undefined;
  },
};
