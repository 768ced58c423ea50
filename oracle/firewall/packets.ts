import fc from 'fast-check';
import { type Packet, SERVER4, SERVER6 } from './kernel.ts';

/** Few addresses and ports, so that rules and packets meet often. */
export const V4 = ['10.77.2.9', '10.1.2.3', '192.0.2.1', '192.0.2.77', '198.51.100.7', '203.0.113.200', '172.16.5.5'];
export const V6 = ['2001:db8::1', '2001:db8:1::9', '2001:db9::1', 'fd00::1', 'fd77:2::9'];
export const PORTS = [22, 2222, 80, 443, 2022, 65000];

export const packet: fc.Arbitrary<Packet> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ from: fc.constantFrom(...V4), to: fc.constant(SERVER4), port: fc.constantFrom(...PORTS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ from: fc.constantFrom(...V6), to: fc.constant(SERVER6), port: fc.constantFrom(...PORTS) }),
  },
);

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
