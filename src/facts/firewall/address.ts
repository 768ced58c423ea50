import ipaddr from 'ipaddr.js';

/** An address as a number, so that ranges can be compared; `undefined` for what is no address. */
export function ipNumber(address: string): bigint | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
