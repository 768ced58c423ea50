import fc from 'fast-check';

export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

export type Tool = 'nft' | 'iptables' | 'ip6tables' | 'iptables-legacy' | 'ip6tables-legacy';

export const SERVER4 = '10.77.2.20';
export const SERVER6 = 'fd77:2::20';

/** Few addresses and ports, so that rules and packets meet often. */
export const V4 = ['10.77.2.9', '10.1.2.3', '192.0.2.1', '192.0.2.77', '198.51.100.7', '203.0.113.200', '172.16.5.5'];
export const V6 = ['2001:db8::1', '2001:db8:1::9', '2001:db9::1', 'fd00::1', 'fd77:2::9'];
export const PORTS = [22, 2222, 80, 443, 2022, 65000];
/** Where rules may lead a connection that was begun towards another port. */
export const TARGETS = [22, 2222, 8022];
export const LISTENING = [...new Set([...PORTS, ...TARGETS])];
export const ELSEWHERE4 = '10.77.9.9';
export const ELSEWHERE6 = 'fd77:9::9';

const to4 = fc.record({ from: fc.constantFrom(...V4), to: fc.constant(SERVER4), port: fc.constantFrom(...PORTS) });
const to6 = fc.record({ from: fc.constantFrom(...V6), to: fc.constant(SERVER6), port: fc.constantFrom(...PORTS) });

/** Packets of the families that a tool's rules are about. */
export function packetsFor(tool: Tool): fc.Arbitrary<Packet> {
  if (tool === 'nft') return fc.oneof({ weight: 3, arbitrary: to4 }, { weight: 2, arbitrary: to6 });
  return tool.startsWith('ip6') ? to6 : to4;
}

export const NETS4 = [
  '10.0.0.0/8',
  '10.77.2.0/24',
  '192.0.2.0/24',
  '192.0.2.64/26',
  '198.51.100.7',
  '0.0.0.0/0',
  '172.16.0.0/12',
];
export const NETS6 = ['2001:db8::/32', '2001:db8::1', 'fd00::/8', '::/0', '2001:db8:1::/48'];
