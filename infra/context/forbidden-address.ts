import { BlockList, isIP } from 'node:net'

/**
 * No target has one of these addresses, and no token may be sent to them: this machine; link-local addresses, with the metadata and
 * credential services of AWS (169.254.169.254, 169.254.170.2, fd00:ec2::/32); multicast; and every IPv6 form that contains an IPv4
 * address, which may be one of these (RFC 6890).
 */
const forbidden = {
  4: listOf('ipv4', ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32']),
  6: listOf('ipv6', [
    '::/96', // ::, ::1 and IPv4-compatible (RFC 4291)
    '::ffff:0:0/96', // IPv4-mapped
    '::ffff:0:0:0/96', // IPv4-translated (RFC 2765)
    '64:ff9b::/96', // NAT64 (RFC 6052)
    '64:ff9b:1::/48', // NAT64 of a network (RFC 8215)
    '2001::/32', // Teredo (RFC 4380)
    '2002::/16', // 6to4 (RFC 3056)
    'fd00:ec2::/32',
    'fe80::/10',
    'ff00::/8',
  ]),
} as const

function listOf(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** Names of this machine in the host files of common systems, and names below `localhost` (RFC 6761, 6.3). */
const ownName =
  /^(?:.+\.)?(?:localhost|localhost\.localdomain|localhost6|localhost6\.localdomain6)$|^ip6-(?:localhost|loopback)$/

/** Names of metadata services. */
const metadataName = /^(?:instance-data|metadata)(?:\.|$)/

/** Whether a base URL names such an address, in any spelling. The URL parser changes IPv4 to dotted decimals. */
export function isForbiddenAddress(url: string): boolean {
  const hostname = URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
  if (hostname === undefined) return false
  if (ownName.test(hostname) || metadataName.test(hostname)) return true
  const version = isIP(hostname)
  if (version === 4) return forbidden[4].check(hostname, 'ipv4')
  return version === 6 && forbidden[6].check(hostname, 'ipv6')
}
