import { isIP } from 'node:net';

/** Record types that are asked for (RFC 1035, 3.2.2; RFC 3596). */
export const A = 1;
export const AAAA = 28;
const CNAME = 5;
export type Type = typeof A | typeof AAAA;

/** RFC 1035, 4.1.1; a code without a name here is told by its number. */
const RCODES = ['', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const CHAIN_MAX = 16;
/** RFC 1035, 2.3.4. */
const LABEL_MAX = 63;
const NAME_MAX = 255;

/** What a nameserver says. `error`: `NXDOMAIN`, `NODATA`, `SERVFAIL`, `REFUSED`, `FORMERR`, `NOTIMP` or `RCODE n`. */
export interface Reply {
  readonly addresses: readonly string[];
  readonly error?: string;
  /** Names that the asked one is an alias of, in order (CNAME). */
  readonly chain: readonly string[];
  readonly truncated: boolean;
}

/** A question as it is sent (RFC 1035, 4.1); nothing for a name that DNS cannot hold. */
export function question(id: number, name: string, type: Type): Buffer | undefined {
  const labels = name.replace(/\.$/, '').split('.');
  const parts: Buffer[] = [];
  for (const label of labels) {
    const bytes = Buffer.from(label, 'latin1');
    if (bytes.length === 0 || bytes.length > LABEL_MAX || /[^\0-\xff]/.test(label)) return undefined;
    parts.push(Buffer.from([bytes.length]), bytes);
  }
  const encoded = Buffer.concat([...parts, Buffer.from([0])]);
  if (encoded.length > NAME_MAX) return undefined;
  const head = Buffer.from([id >> 8, id & 0xff, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, encoded, Buffer.from([0, type, 0, 1])]);
}

/** A name at `at`, in lower case, and where it ends; pointers lead backwards only, so that none can go round. */
function readName(message: Buffer, at: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let end: number | undefined;
  let length = 0;
  for (let here = at, bound = at; ; ) {
    const size = message[here];
    if (size === undefined) return undefined;
    if (size === 0) return { name: labels.join('.'), end: end ?? here + 1 };
    if (size >= 0xc0) {
      const low = message[here + 1];
      if (low === undefined) return undefined;
      const target = ((size & 0x3f) << 8) | low;
      if (target >= bound) return undefined;
      end ??= here + 2;
      here = bound = target;
      continue;
    }
    if (size > LABEL_MAX || here + 1 + size > message.length) return undefined;
    length += size + 1;
    if (length > NAME_MAX) return undefined;
    labels.push(message.toString('latin1', here + 1, here + 1 + size).toLowerCase());
    here += 1 + size;
  }
}

function address(data: Buffer): string | undefined {
  if (data.length === 4) return data.join('.');
  if (data.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => data.readUInt16BE(i * 2).toString(16));
  const text = new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  return isIP(text) === 6 ? text : undefined;
}

/**
 * Reads an answer to a question. `foreign`: it answers another question, so it is to be waited on; `malformed`: it is
 * cut off or makes no sense. Linear in the message, whatever it says.
 */
export function readReply(message: Buffer, id: number, name: string, type: Type): Reply | 'foreign' | 'malformed' {
  if (message.length < 12) return 'malformed';
  const flags = message.readUInt16BE(2);
  if (message.readUInt16BE(0) !== id || (flags & 0x8000) === 0) return 'foreign';
  const asked = name.replace(/\.$/, '').toLowerCase();
  const rcode = flags & 0xf;
  const error = rcode === 0 ? undefined : (RCODES[rcode] ?? `RCODE ${rcode}`);
  const truncated = (flags & 0x0200) !== 0;
  let at = 12;
  if (message.readUInt16BE(4) === 1) {
    const echoed = readName(message, at);
    if (!echoed || echoed.end + 4 > message.length) return 'malformed';
    if (echoed.name !== asked || message.readUInt16BE(echoed.end) !== type) return 'foreign';
    at = echoed.end + 4;
    // A refusal may leave the question out (RFC 1035 does not ask for it), an answer does not.
  } else if (error === undefined) return 'malformed';
  if (error !== undefined) return { addresses: [], error, chain: [], truncated };
  const aliases = new Map<string, string>();
  const found: { owner: string; address: string }[] = [];
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    const owner = readName(message, at);
    if (!owner || owner.end + 10 > message.length) {
      if (truncated) break;
      return 'malformed';
    }
    const kind = message.readUInt16BE(owner.end);
    const start = owner.end + 10;
    at = start + message.readUInt16BE(owner.end + 8);
    if (at > message.length) {
      if (truncated) break;
      return 'malformed';
    }
    if (kind === CNAME) {
      const target = readName(message, start);
      if (!target || target.end !== at) return 'malformed';
      if (!aliases.has(owner.name)) aliases.set(owner.name, target.name);
    } else if (kind === type) {
      const text = address(message.subarray(start, at));
      if (text === undefined || (type === A) !== (at - start === 4)) return 'malformed';
      found.push({ owner: owner.name, address: text });
    }
  }
  const chain: string[] = [];
  for (let next = aliases.get(asked); next !== undefined && chain.length < CHAIN_MAX; next = aliases.get(next)) {
    if (next === asked || chain.includes(next)) break;
    chain.push(next);
  }
  const end = chain.at(-1) ?? asked;
  const addresses = [...new Set(found.filter(({ owner }) => owner === end).map((one) => one.address))];
  return { addresses, ...(addresses.length === 0 ? { error: 'NODATA' } : {}), chain, truncated };
}
