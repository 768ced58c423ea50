import ipaddr from 'ipaddr.js';
import { atLeast, type Release } from '../../knowledge/sshd-keywords.ts';

export const INT_MAX = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** convtime() of misc.c: `90`, `2m`, `1h30m`; seconds, or nothing. */
export function seconds(text: string): number | undefined {
  if (!/^(\d{1,12}[smhdw])*(\d{1,12}[smhdw]?)$/i.test(text)) return undefined;
  let total = 0;
  for (const [, digits = '', unit = 's'] of text.matchAll(/(\d+)([smhdw]?)/gi))
    total += Number(digits) * (UNITS[unit.toLowerCase() || 's'] ?? 1);
  return total > INT_MAX ? undefined : total;
}

/** atoi_err() of misc.c: the number, or sshd's word for what is wrong with it. */
export function integer(text: string | undefined): number | string {
  if (!text) return 'missing';
  if (!/^[ \t]*[-+]?\d+$/.test(text)) return 'invalid';
  const value = Number(text);
  return value < 0 ? 'too small' : value > INT_MAX ? 'too large' : value;
}

/** a2port() of misc.c; 0 or less is no port. */
export function portNumber(text: string): number {
  if (/^[ \t]*[-+]?\d+$/.test(text)) return Number(text) <= 65535 ? Number(text) : -1;
  return text === 'ssh' ? 22 : -1;
}

/** What a ListenAddress line says; `port` only where it has one of its own. */
export interface ListenWords {
  readonly address: string;
  readonly port?: number;
  readonly rdomain?: string;
}

/**
 * The words of ListenAddress as servconf.c takes them apart: `host`, `host:port`, `[v6]:port`, bare v6, `rdomain X`; or
 * what sshd says is wrong with them.
 */
export function listenWords(args: readonly string[]): ListenWords | string {
  const [first = '', keyword, rdomain, ...more] = args;
  if (first === '') return 'missing address';
  const bare = !first.includes('[') && first.split(':').length > 2;
  const found = bare ? undefined : /^(?:\[([^\]]*)\]|([^:/]*))(?::(.*))?$/.exec(first);
  if (!bare && !found) return 'bad address:port usage';
  const port = found?.[3] === undefined ? undefined : portNumber(found[3]);
  if (port !== undefined && port <= 0) return 'bad port number';
  if (keyword !== undefined && (keyword !== 'rdomain' || !rdomain || more.length > 0))
    return 'bad ListenAddress syntax';
  return {
    address: bare ? first : (found?.[1] ?? found?.[2] ?? ''),
    ...(port !== undefined && { port }),
    ...(rdomain && { rdomain }),
  };
}

const QOS: Readonly<Record<string, number>> = {
  ...Object.fromEntries([1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((d) => [`af${c}${d}`, (c << 5) | (d << 3)]))),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`cs${i}`, i << 5])),
  ...{ ef: 0xb8, le: 0x04, lowdelay: 0x10, throughput: 0x08, reliability: 0x04 },
};

const TYPES_OF_SERVICE = ['lowdelay', 'throughput', 'reliability'];

/** strtonum(3), as of 9.8; strtol(3) of any base before that. */
function byte(text: string, strict: boolean): number | undefined {
  const octal = /^0[0-7]+$/.test(text) && !strict;
  const written = strict ? /^[ \t]*[-+]?\d+$/ : /^(0x[\da-f]+|[-+]?(0|[1-9]\d*))$/i;
  if (!octal && !written.test(text)) return undefined;
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  return value >= 0 && value <= 255 ? value : undefined;
}

/** A class of service by its name (parse_ipqos() and iptos2str() of misc.c). */
export function serviceClass(text: string, release?: Release): string | undefined {
  const lower = text.toLowerCase();
  // Types of service of RFC 1349 are names without a meaning as of 10.0.
  const dropped = atLeast(release, [10, 0]) ? TYPES_OF_SERVICE : [];
  if (lower === 'none' || dropped.includes(lower)) return 'none';
  const value = QOS[lower] ?? byte(text, atLeast(release, [9, 8]));
  if (value === undefined) return undefined;
  return (
    Object.keys(QOS).find((name) => QOS[name] === value && !dropped.includes(name)) ??
    `0x${value.toString(16).padStart(2, '0')}`
  );
}

/** `4K`, `1.5G` … as scan_scaled(3) of OpenBSD takes them, which stops at the unit; bytes. */
export function scaled(text: string): number | undefined {
  const found = /^([-+]?\d+)(?:\.(\d+))?(?:$|([bkmgtpe])(?![a-z\d]))/i.exec(text);
  if (!found) return undefined;
  const power = 'bkmgtpe'.indexOf((found[3] ?? '').toLowerCase() || 'b');
  const scale = 1024 ** power;
  const fraction = found[2] && power > 0 ? Math.floor(Number(`0.${found[2]}`) * scale) : 0;
  return Number(found[1]) * scale + fraction;
}

/** Whether a list of addresses, networks and patterns is one that sshd takes (addr_match_list() of addrmatch.c). */
export function validAddresses(list: string): boolean {
  return list.split(',').every((word) => {
    const pattern = word.replace(/^!/, '');
    if (pattern === '') return false;
    const [base = '', bits] = pattern.split('/');
    if (!ipaddr.isValid(base) || (bits !== undefined && !/^\d+$/.test(bits))) return true;
    const address = ipaddr.parse(base);
    const length = address.kind() === 'ipv4' ? 32 : 128;
    const masked = bits === undefined ? length : Number(bits);
    if (masked > length) return false;
    const bytes = address.toByteArray();
    return bytes.every(
      (byte, i) => (byte & (0xff >> Math.min(8, Math.max(0, masked - i * 8)))) === 0 || masked >= (i + 1) * 8,
    );
  });
}

/** A path as servconf.c keeps it: `none` in any case, from root's home where it starts with `~/`, or from the root. */
export function absolutePath(path: string): string {
  if (/^~(\/|$)/.test(path)) return `/root${path.slice(1)}`;
  return /^none$/i.test(path) ? 'none' : path.startsWith('/') ? path : `//${path}`;
}
