import { promises as dns, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Resolves a name to every address it has. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The host is at an address that alerts are not sent to. */
export class ForbiddenAddress extends Error {
  constructor(host: string) {
    super(`${host} is not at a public address (allow_private_networks: true allows it)`);
    this.name = 'ForbiddenAddress';
  }
}

// IANA's special-purpose registries (RFC 6890 and its updates), multicast, and 168.63.129.16, where one
// cloud serves its machines' metadata.
const forbiddenV4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]);

// Global unicast is 2000::/3; whatever lies outside is loopback, local, multicast or wraps an IPv4 address.
const globalV6 = blockList('ipv6', ['2000::/3']);
// Inside it: protocols of their own (Teredo too), documentation, 6to4.
const forbiddenV6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
// NAT64's well-known prefix (RFC 6052): how a network without IPv4 reaches the public IPv4 addresses.
const nat64 = blockList('ipv6', ['64:ff9b::/96']);

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** Whether an address in its usual spelling is one on the public internet. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !forbiddenV4.check(address, 'ipv4');
  if (family !== 6) return false;
  if (nat64.check(address, 'ipv6')) return isPublicAddress(lastFourBytes(address));
  return globalV6.check(address, 'ipv6') && !forbiddenV6.check(address, 'ipv6');
}

// The URL parser writes an IPv6 address in one way only: hexadecimal groups, the longest run of zeros as "::".
function lastFourBytes(address: string): string {
  const groups = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname.slice(1, -1).split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** @throws ForbiddenAddress when the URL's host is an address, in any spelling, that is not public */
export function refuseForbiddenLiteral(url: URL): void {
  // The URL parser has turned every spelling of an address into the usual one.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new ForbiddenAddress(url.host);
}

/**
 * A lookup for `net.connect` that resolves once and hands on exactly the addresses that it has checked, so
 * that no second answer of the name server can lead elsewhere. One address that is not public refuses them all.
 */
export function guardedLookup(resolve: Resolve, allowPrivateNetworks: boolean): LookupFunction {
  return (hostname, options, done) => {
    const found = (addresses: readonly LookupAddress[]): void => {
      const [first] = addresses;
      const isRefused = !allowPrivateNetworks && !addresses.every((one) => isPublicAddress(one.address));
      if (first === undefined || isRefused) done(new ForbiddenAddress(hostname), '', 0);
      else if (options.all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    };
    resolve(hostname).then(found, (error: Error) => done(error, '', 0));
  };
}

/** The operating system's resolver. */
export const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true });
