import ipaddr from 'ipaddr.js';
import type { Family } from '../../source.ts';
import { linesOf } from '../asked.ts';

/** Four numbers or IPv6, as inet_pton(3) takes it: no octal, no short forms, no zone. */
export function isAddress(text: string): boolean {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text))
    return text.split('.').every((part) => Number(part) < 256 && !/^0\d/.test(part));
  return text.includes(':') && !text.includes('%') && text.length < 46 && ipaddr.IPv6.isValid(text);
}

const bytes = (text: string): number[] => ipaddr.parse(text).toByteArray();

/** Whether two addresses are one; the two families are not mixed. */
export function sameAddress(a: string, b: string): boolean {
  if (!isAddress(a) || !isAddress(b)) return false;
  const [left, right] = [bytes(a), bytes(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

/** network_netmask_match(): a mask is a number of bits (0 is none at all) or an address. */
export function inNet(address: string, net: string, mask: string): boolean {
  if (!isAddress(address) || !isAddress(net)) return false;
  const [ours, theirs] = [bytes(address), bytes(net)];
  if (ours.length !== theirs.length) return false;
  let bits: number[];
  if (isAddress(mask)) {
    bits = bytes(mask);
    if (bits.length !== ours.length) bits = ours.map(() => 255);
  } else {
    // strtol(3) with base 0.
    const count = /^\s*[+-]?(?:0x[\da-f]+|\d+)$/i.test(mask)
      ? /^0\d/.test(mask)
        ? Number.parseInt(mask, 8)
        : Number(mask)
      : -1;
    if (!(count >= 0 && count <= ours.length * 8)) return false;
    bits = ours.map((_, i) => (count === 0 ? 255 : 256 - 2 ** (8 - Math.min(8, Math.max(0, count - 8 * i)))));
  }
  return ours.every((byte, i) => (byte & (bits[i] ?? 0)) === ((theirs[i] ?? 0) & (bits[i] ?? 0)));
}

/** Whether a name is one of an address by /etc/hosts; a name that is not there may still be one in DNS. */
export function hostOf(files: Family, name: string, address: string): 'yes' | 'no' | undefined {
  const found = (linesOf(files, '/etc/hosts') ?? [])
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([, ...names]) => names.some((one) => one.toLowerCase() === name.toLowerCase()));
  if (found.length === 0) return undefined;
  return found.some(([one = '']) => sameAddress(one, address)) ? 'yes' : 'no';
}
