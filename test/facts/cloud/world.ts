import fc from 'fast-check';
import { cloudSections, takeIn } from '../../../src/facts/cloud/intake.ts';
import { type Items, NO_ITEMS } from '../../../src/facts/cloud/items.ts';
import { readItems } from '../../../src/facts/cloud/layout.ts';
import type { Call } from '../../../src/facts/cloud/peer.ts';
import type { CloudKind } from '../../../src/facts/cloud/shapes.ts';

/** A small world, so that random rules meet random packets: sixteen addresses inside, sixteen outside. */
export const ADDRESSES = ['10.0.0.', '198.51.100.'].flatMap((net) =>
  Array.from({ length: 16 }, (_, i) => `${net}${i}`),
);

export const number = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Membership by plain arithmetic, without the program's own code. */
export function within(address: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

export const anAddress = fc.constantFrom(...ADDRESSES);
export const aPort = fc.constantFrom(20, 21, 22, 23, 443, 40000);
export const aRange = fc.oneof(
  fc.tuple(anAddress, fc.constantFrom(24, 28, 30, 31, 32)).map(([address, bits]) => `${address}/${bits}`),
  fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '198.51.100.0/24'),
);
export const aSpan = fc.tuple(aPort, aPort).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

/** A call from a known address. */
export const callFrom = (address: string, port: number): Call => ({
  peer: { address, family: 4 },
  translated: false,
  own: false,
  port,
  to: ['10.0.0.200'],
  met: 'silent',
});

/** A call from somebody of whom nothing is known but the family. */
export const callFromAnybody = (port: number): Call => ({ ...callFrom('', port), peer: { family: 4 } });

/** What the command line of a cloud says, by the way that it takes into a Bundle and out of it. */
export function itemsOf(kind: CloudKind, answer: unknown): Items {
  const section = cloudSections([takeIn(JSON.parse(JSON.stringify(answer)))])[`cloud:${kind}`];
  return section ? readItems(section.text) : NO_ITEMS;
}

export const RUNS = Number(process.env['CLOUD_RUNS'] ?? 150);
