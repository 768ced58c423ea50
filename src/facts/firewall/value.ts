/** Ports, protocols, marks and IPv4 addresses are numbers, IPv6 addresses bigints, names are words. */
export type Scalar = number | bigint | string;

/** A value that is known only to lie between two others, both included. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** What a packet has in a field: `undefined` is not known, `null` is not there, so that no rule about it can match. */
export type Got = Scalar | Span | undefined | null;

/** One thing that a rule wants: everything from `low` to `high`, or a word, which may end in `*`. */
export type Wish = { readonly low: number | bigint; readonly high: number | bigint } | { readonly word: string };

function parseV4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = -1;
    } else {
      if (code < 48 || code > 57) return undefined;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined;
}

function parseV6(text: string): bigint | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined || text.length > 45) return undefined;
  const groups = (part: string): number[] | undefined => {
    if (part === '') return [];
    const list: number[] = [];
    for (const word of part.split(':')) {
      const v4 = word.includes('.') ? parseV4(word) : undefined;
      if (v4 !== undefined) list.push(Math.floor(v4 / 65536), v4 % 65536);
      else if (/^[0-9a-f]{1,4}$/i.test(word)) list.push(Number.parseInt(word, 16));
      else return undefined;
    }
    return list;
  };
  const [before, after] = [groups(head), groups(tail ?? '')];
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const all = [...before, ...new Array<number>(tail === undefined ? 0 : missing).fill(0), ...after];
  let value = 0n;
  for (let i = 0; i < 8; i += 2) value = (value << 32n) | BigInt((all[i] ?? 0) * 65536 + (all[i + 1] ?? 0));
  return value;
}

/** An address as a number (IPv4) or bigint (IPv6), so that ranges can be compared; `undefined` for what is no address. */
export function parseAddress(text: string): number | bigint | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** The first and the last address of a network of `length` bits. */
export function networkRange(
  address: number | bigint,
  length: number,
): { low: number | bigint; high: number | bigint } {
  if (typeof address === 'number') {
    const size = 2 ** (32 - length);
    const low = Math.floor(address / size) * size;
    return { low, high: low + size - 1 };
  }
  const size = 1n << BigInt(128 - length);
  const low = (address / size) * size;
  return { low, high: low + size - 1n };
}

/** `a.b.c.d/len`, `a.b.c.d/m.m.m.m` with a contiguous mask, `a-b`, or one address. */
export function parseNetwork(text: string): Wish | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const [low, high] = [parseAddress(text.slice(0, dash)), parseAddress(text.slice(dash + 1))];
    return low === undefined || high === undefined || typeof low !== typeof high ? undefined : { low, high };
  }
  const [base = '', bits] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined) return undefined;
  const full = typeof address === 'number' ? 32 : 128;
  const length = bits === undefined ? full : /^\d{1,3}$/.test(bits) ? Number(bits) : maskLength(bits);
  return length === undefined || length > full ? undefined : networkRange(address, length);
}

/** Bits of a netmask in address form; `undefined` when they do not all stand at its beginning. */
function maskLength(mask: string): number | undefined {
  const value = parseAddress(mask);
  if (value === undefined) return undefined;
  const full = typeof value === 'number' ? 32 : 128;
  const bits = BigInt(value).toString(2).padStart(full, '0');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

/** An address as people write it. */
export function showAddress(value: number | bigint): string {
  if (typeof value === 'number') return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
  const groups = value.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  const words = groups.map((group) => Number.parseInt(group, 16).toString(16));
  const zeros = [...words.join(':').matchAll(/(?:^|:)0(?::0)+(?::|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  const all = words.join(':');
  return zeros ? `${all.slice(0, zeros.index)}::${all.slice(zeros.index + zeros[0].length)}` : all;
}

/** Whether a word is what is wanted; `eth*` stands for everything that begins so. */
export function isWord(got: string, wanted: string): boolean {
  return wanted.endsWith('*') ? got.startsWith(wanted.slice(0, -1)) : got === wanted;
}

/** Whether a value is what is wanted. */
export function meets(got: Got, wish: Wish): boolean | undefined {
  if (got === undefined) return 'word' in wish && wish.word === '*' ? true : undefined;
  if (got === null) return false;
  if ('word' in wish) return typeof got === 'string' ? isWord(got, wish.word) : wish.word === '*' || undefined;
  if (typeof got === 'string') return undefined;
  if (typeof got === 'object') {
    if (wish.low <= got.low && got.high <= wish.high) return true;
    return got.high < wish.low || wish.high < got.low ? false : undefined;
  }
  return wish.low <= got && got <= wish.high;
}
