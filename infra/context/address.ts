import { BlockList, isIP } from 'node:net'

/**
 * Addresses at which no target can be, and to which a token must not be sent: this machine (127/8, ::1, 0/8, ::), the
 * links (169.254/16, fe80::/10) and with them the metadata and credential services of AWS (169.254.169.254,
 * 169.254.170.2, fd00:ec2::/32).
 */
const forbidden = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8] as const,
  ['0.0.0.0', 8] as const,
  ['169.254.0.0', 16] as const,
]) {
  forbidden.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 127] as const,
  ['fe80::', 10] as const,
  ['fd00:ec2::', 32] as const,
]) {
  forbidden.addSubnet(network, prefix, 'ipv6')
}

/** Whether a base URL names such an address, in whatever spelling; the URL parser has brought IPv4 to dotted decimals. */
export function isForbiddenAddress(url: string): boolean {
  const hostname = URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  if (hostname === undefined) return false
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  if (/^(?:instance-data|metadata)(?:\.|$)/.test(hostname)) return true
  const version = isIP(hostname)
  return version !== 0 && forbidden.check(hostname, version === 4 ? 'ipv4' : 'ipv6')
}
