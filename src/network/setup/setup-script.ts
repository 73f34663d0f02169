import type { RadiusInput, SetupInput } from './setup-input.ts';
import { apiUserLines, FORGET_RADIUS, firewallLines, radiusLines, walledLines } from './setup-lines.ts';
import { tunnelLines } from './tunnel.ts';

/** The few lines without which nothing works, to paste into a RouterOS terminal, 6.49 and 7. */
export function routerScript(input: RadiusInput): string[] {
  const { radiusAddress, coaPort } = input;
  return [
    ...radiusLines(input),
    `/ip firewall filter add chain=input src-address=${radiusAddress} protocol=udp dst-port=${coaPort} action=accept comment="netflow-isp" place-before=0`,
  ];
}

/**
 * The whole set-up of a router as a file to import (docs/mikrotik-setup.md): safe to repeat, for each part first takes
 * away what it left before, found by its comment.
 */
export function setupScript(name: string, input: SetupInput): string {
  const parts: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Tunnel to the server (RouterOS 7)', input.tunnel === undefined ? [] : tunnelLines(input.tunnel)],
    ['Logins, accounting, changes of speed', [FORGET_RADIUS, ...radiusLines(input, input.tunnel)]],
    [
      'A user for the API that may do what is needed and no more, over TLS, from the server alone',
      apiUserLines(input),
    ],
    ['Through the input firewall, above its drop rules', firewallLines(input)],
    ['Suspended and expired customers see the portal and nothing else', walledLines(input)],
  ];
  const text = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `# ${title}\n${lines.join('\n')}\n`)
    .join('\n');
  return `# NetFlow ISP: set-up of ${name.replace(/[^\x20-\x7e]/g, '?')}. Replace what is written in capitals between quotes, then: /import setup.rsc\n\n${text}`;
}
