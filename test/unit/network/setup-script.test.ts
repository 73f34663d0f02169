import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SetupInput } from '../../../src/network/setup/setup-input.ts';
import { setupScript } from '../../../src/network/setup/setup-script.ts';
import {
  makeTunnelKeys,
  parseEndpoint,
  serverConfig,
  tunnelNetwork,
} from '../../../src/network/setup/tunnel.ts';

const input = (change: Partial<SetupInput> = {}): SetupInput => ({
  radiusAddress: '203.0.113.10',
  authPort: 1812,
  acctPort: 1813,
  coaPort: 3799,
  portalPort: 8080,
  secret: undefined,
  interimIntervalS: 300,
  apiUser: 'isp-billing',
  walledList: undefined,
  tunnel: undefined,
  ...change,
});

const tunnel = {
  address: '10.254.0.2',
  serverAddress: '10.254.0.1',
  prefixLength: 20,
  serverPublicKey: 'c2VydmVy',
  endpoint: { host: 'vpn.example.net', port: 51820 },
  keys: { privateKey: 'cm91dGVy', presharedKey: 'c2hhcmVk' },
};

describe('the set-up of a router', () => {
  it('holds RADIUS, CoA, the API user and the firewall, and no secret that is stored', () => {
    const script = setupScript('tower-1', input());
    expect(script).toContain(
      '/radius add service=ppp,hotspot,dhcp address=203.0.113.10 secret="THE-SHARED-SECRET"',
    );
    expect(script).toContain('/radius incoming set accept=yes port=3799');
    expect(script).toContain('/ppp aaa set use-radius=yes accounting=yes interim-update=300s');
    expect(script).toContain('/user group add name="netflow-isp" policy=api,read,write,test');
    expect(script).toContain('address=203.0.113.10/32');
    expect(script).toContain('protocol=tcp dst-port=8729');
    expect(script).not.toMatch(/wireguard|chain=forward/);
  });

  it('takes away by its comment what it adds, so that it may be imported again', () => {
    const script = setupScript('tower-1', input({ tunnel, walledList: 'suspended' }));
    const added = script
      .split('\n')
      .filter((line) => /^\/(radius|interface|ip address|ip firewall nat) .*add /.test(line));
    expect(added.length).toBeGreaterThan(3);
    for (const line of added) {
      const menu = line.slice(0, line.indexOf(' add '));
      const comment = /comment="([^"]+)"/.exec(line)?.[1];
      expect(script.indexOf(`${menu} remove [find where comment="${comment}"]`)).toBeGreaterThan(-1);
    }
  });

  it('walls off the address list that the settings name, where a login is walled at all', () => {
    const script = setupScript('tower-1', input({ walledList: 'due "list"' }));
    expect(script).toContain('chain=forward src-address-list="due \\"list\\"" action=drop');
    expect(script).toContain('to-addresses=203.0.113.10 to-ports=8080');
  });

  it('puts everything through the tunnel of a router behind NAT', () => {
    const script = setupScript('tower-1', input({ tunnel, radiusAddress: tunnel.serverAddress }));
    expect(script).toContain('/interface wireguard add name=netflow-isp private-key="cm91dGVy"');
    expect(script).toContain(
      'endpoint-address=vpn.example.net endpoint-port=51820 allowed-address=10.254.0.1/32',
    );
    expect(script).toContain('/ip address add address=10.254.0.2/20 interface=netflow-isp');
    expect(script).toContain(
      '/radius add service=ppp,hotspot,dhcp address=10.254.0.1 src-address=10.254.0.2',
    );
  });

  it('says of a tunnel made before that its key is on the router only', () => {
    const script = setupScript('tower-1', input({ tunnel: { ...tunnel, keys: undefined } }));
    expect(script).toContain('# The tunnel was made before');
    expect(script).not.toContain('private-key');
  });

  it.each([
    ['a secret', input({ secret: 'a"b$c\\d?' }), 'secret="a\\"b\\$c\\\\d\\?"'],
    ['the user of the API', input({ apiUser: 'x" y' }), 'name="x\\" y"'],
  ])('escapes %s', (_, given, expected) => {
    expect(setupScript('tower-1', given)).toContain(expected);
  });

  it('keeps a name from ending its comment', () => {
    expect(setupScript('a\n/system reset', input()).split('\n')[0]).toContain('a?/system reset');
  });
});

describe('a tunnel', () => {
  it('has keys that belong together, in the base64 of WireGuard', () => {
    const { privateKey, publicKey } = makeTunnelKeys();
    const url = (key: string) => Buffer.from(key, 'base64').toString('base64url');
    const jwk = { kty: 'OKP', crv: 'X25519', d: url(privateKey), x: url(publicKey) };
    const derived = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' });
    expect(derived.x).toBe(url(publicKey));
    expect(privateKey).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  it.each([
    ['10.254.0.0/20', [], '10.254.0.1', '10.254.0.2'],
    ['10.254.0.0/20', ['10.254.0.2', '10.254.0.3'], '10.254.0.1', '10.254.0.4'],
    ['10.1.2.77/24', [], '10.1.2.1', '10.1.2.2'],
    ['10.254.0.250/29', [], '10.254.0.249', '10.254.0.250'],
    ['10.0.0.0/29', ['2', '3', '4', '5', '6'].map((n) => `10.0.0.${n}`), '10.0.0.1', undefined],
  ])('in %s with %j in use has the server at %s and the next at %s', (cidr, used, server, next) => {
    const network = tunnelNetwork(cidr);
    expect(network.serverAddress).toBe(server);
    expect(network.freeAddress(new Set(used))).toBe(next);
  });

  it('needs an endpoint', () => {
    expect(parseEndpoint('vpn.example.net:51820')).toEqual({ host: 'vpn.example.net', port: 51820 });
    expect(() => parseEndpoint('')).toThrow('Set tunnel_endpoint first');
  });

  it('is a peer of the server, one address each', () => {
    const peers = [{ name: 'tower\n1', publicKey: 'P', presharedKey: 'S', address: '10.254.0.2' }];
    expect(
      serverConfig({ privateKey: 'K', address: '10.254.0.1', prefixLength: 20, port: 51820, peers }),
    ).toBe(
      '[Interface]\nPrivateKey = K\nAddress = 10.254.0.1/20\nListenPort = 51820\n' +
        '\n[Peer]\n# tower?1\nPublicKey = P\nPresharedKey = S\nAllowedIPs = 10.254.0.2/32\n',
    );
  });
});
