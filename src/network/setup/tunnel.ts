import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { invalid } from '../../kernel/errors.ts';
import { quoted } from '../routeros/quoted.ts';

/** A key pair of WireGuard (X25519), both in base64. */
export interface TunnelKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Both ends of the tunnel of a router, as the router has to be told. */
export interface RouterTunnel {
  /** Of the router within the tunnel. */
  readonly address: string;
  /** Of the server within the tunnel. */
  readonly serverAddress: string;
  readonly prefixLength: number;
  readonly serverPublicKey: string;
  readonly endpoint: Endpoint;
  /** Known only when the tunnel is made: the router's key is nobody else's. */
  readonly keys: { readonly privateKey: string; readonly presharedKey: string } | undefined;
}

/** Where routers reach the server's WireGuard. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Makes the keys of one end. */
export function makeTunnelKeys(): TunnelKeys {
  const { privateKey } = generateKeyPairSync('x25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  return { privateKey: standardBase64(d), publicKey: standardBase64(x) };
}

/** A secret that both ends of one tunnel share beside their keys. */
export function makePresharedKey(): string {
  return randomBytes(32).toString('base64');
}

function standardBase64(urlBase64: string): string {
  return Buffer.from(urlBase64, 'base64url').toString('base64');
}

/** An endpoint as the setting has it, `host:port`; throws `tunnel_endpoint_unset` in words when there is none. */
export function parseEndpoint(text: string): Endpoint {
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (at <= 0 || !Number.isInteger(port)) {
    throw invalid(
      'Set tunnel_endpoint first: the public name or address of this server and its WireGuard port.',
      {
        tunnel_endpoint: 'must be set, such as vpn.example.net:51820',
      },
    );
  }
  return { host: text.slice(0, at), port };
}

/** The lines that make the tunnel on a router (RouterOS 7); of one that was made before only what stays the same. */
export function tunnelLines(tunnel: RouterTunnel): string[] {
  const { address, serverAddress, prefixLength, serverPublicKey, endpoint, keys } = tunnel;
  if (keys === undefined) {
    return [
      '# The tunnel was made before: its key is on the router only. To make it anew, delete it here first.',
    ];
  }
  const name = 'netflow-isp';
  return [
    `/interface wireguard peers remove [find where comment="${name}"]`,
    `/ip address remove [find where comment="${name}"]`,
    `/interface wireguard remove [find where comment="${name}"]`,
    `/interface wireguard add name=${name} private-key=${quoted(keys.privateKey)} comment="${name}"`,
    `/interface wireguard peers add interface=${name} public-key=${quoted(serverPublicKey)} preshared-key=${quoted(keys.presharedKey)} endpoint-address=${endpoint.host} endpoint-port=${endpoint.port} allowed-address=${serverAddress}/32 persistent-keepalive=25s comment="${name}"`,
    `/ip address add address=${address}/${prefixLength} interface=${name} comment="${name}"`,
  ];
}

/** The configuration of the server's end for `wg-quick`, with every router as a peer. */
export function serverConfig(server: {
  readonly privateKey: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly port: number;
  readonly peers: readonly {
    readonly name: string;
    readonly publicKey: string;
    readonly presharedKey: string;
    readonly address: string;
  }[];
}): string {
  const peers = server.peers.map(
    ({ name, publicKey, presharedKey, address }) =>
      `\n[Peer]\n# ${name.replace(/[^\x20-\x7e]/g, '?')}\nPublicKey = ${publicKey}\nPresharedKey = ${presharedKey}\nAllowedIPs = ${address}/32\n`,
  );
  return `[Interface]\nPrivateKey = ${server.privateKey}\nAddress = ${server.address}/${server.prefixLength}\nListenPort = ${server.port}\n${peers.join('')}`;
}

/** An IPv4 network of tunnels. */
export interface TunnelNetwork {
  readonly prefixLength: number;
  /** Of the server: the first host. */
  readonly serverAddress: string;
  /** The first host after it that is not in use; undefined when all are. */
  freeAddress(used: ReadonlySet<string>): string | undefined;
}

/** Reads `10.254.0.0/20`. The setting's own check has made sure that it is one. */
export function tunnelNetwork(cidr: string): TunnelNetwork {
  const [base = '', length = ''] = cidr.split('/');
  const prefixLength = Number(length);
  const first = base.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLength);
  const start = Math.floor(first / size) * size;
  return {
    prefixLength,
    serverAddress: dotted(start + 1),
    freeAddress: (used) => {
      for (let at = start + 2; at < start + size - 1; at += 1) {
        if (!used.has(dotted(at))) return dotted(at);
      }
      return undefined;
    },
  };
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
