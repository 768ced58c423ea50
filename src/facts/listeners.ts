import { section, Unparsable } from './source.ts';

/** A TCP socket that waits for connections. */
export interface Listener {
  /** Without brackets and zone; `*` for any address of both families. */
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6' | 'both';
  readonly port: number;
  /** Device that the socket is bound to: a VRF, or the link of a link-local address. */
  readonly device?: string;
  /** Who holds it; empty when that could not be seen (not root). */
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** The systemd unit in whose control group it was opened, where the kernel tells that (ss(8), -e). */
  readonly unit?: string;
  /** Connections that wait to be accepted, and how many may. */
  readonly queued: number;
  readonly backlog: number;
  readonly line: number;
  readonly text: string;
}

function endpoint(word: string, v6only: boolean): Pick<Listener, 'address' | 'family' | 'port' | 'device'> | undefined {
  const at = word.lastIndexOf(':');
  const port = Number(word.slice(at + 1));
  if (at < 0 || !Number.isInteger(port)) return undefined;
  const [address = '', device] = word.slice(0, at).replace(/[[\]]/g, '').split('%');
  const place = { address, port, ...(device !== undefined && { device }) };
  if (address === '*') return { ...place, family: 'both' };
  if (!address.includes(':')) return { ...place, family: 'ipv4' };
  return { ...place, family: address === '::' && !v6only ? 'both' : 'ipv6' };
}

function fromSs(text: string, line: number): Listener | undefined {
  const words = text.trim().split(/\s+/);
  if (words[0] !== 'LISTEN') return undefined;
  const place = endpoint(words[3] ?? '', words.includes('v6only:1'));
  if (!place) return undefined;
  const holders = /users:\(\((.{0,4000}?)\)\)(?: |$)/.exec(text)?.[1] ?? '';
  const processes = [...holders.matchAll(/"([^"]{0,64})",pid=(\d+)/g)].map((m) => ({
    name: m[1] ?? '',
    pid: Number(m[2]),
  }));
  const unit = / cgroup:(?:\/\S{0,500})?\/([^\s/]{1,255})(?: |$)/.exec(text)?.[1];
  return {
    ...place,
    processes,
    ...(unit === undefined ? {} : { unit }),
    queued: Number(words[1]),
    backlog: Number(words[2]),
    line,
    text,
  };
}

function fromNetstat(text: string, line: number): Listener | undefined {
  const words = text.trim().split(/\s+/);
  if (!words[0]?.startsWith('tcp') || words[5] !== 'LISTEN') return undefined;
  const place = endpoint(words[3] ?? '', false);
  if (!place) return undefined;
  const holder = /^(\d+)\/(.+)$/.exec(words[6] ?? '');
  const processes = holder ? [{ name: holder[2] ?? '', pid: Number(holder[1]) }] : [];
  return { ...place, processes, queued: Number(words[1]), backlog: 0, line, text };
}

/** /proc/net/tcp and tcp6 (proc(5)): little-endian hexadecimal words; who holds a socket is not told. */
function fromProc(text: string, line: number): Listener | undefined {
  const found = /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F:]+ 0A /.exec(text);
  if (!found?.[1] || !found[2]) return undefined;
  const bytes = (found[1].match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse().join(''));
  const port = Number.parseInt(found[2], 16);
  const rest = { port, processes: [], queued: 0, backlog: 0, line, text };
  if (bytes.length === 1) {
    const address = (bytes[0]?.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
    return { address, family: 'ipv4', ...rest };
  }
  const groups = (bytes.join('').match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  const any = groups.every((group) => group === '0');
  return { address: any ? '::' : groups.join(':'), family: any ? 'both' : 'ipv6', ...rest };
}

const READERS: Readonly<Record<string, (text: string, line: number) => Listener | undefined>> = {
  '# ss': fromSs,
  '# netstat': fromNetstat,
  '# proc': fromProc,
};

export const listeners = section(
  'server',
  'listeners',
  'TCP sockets that listen, and who holds them (ss(8))',
  (text): readonly Listener[] => {
    const [header, ...lines] = (text ?? '').split('\n');
    const read = READERS[header ?? ''];
    if (!read) throw new Unparsable('it is not said what listed the listeners');
    return lines.flatMap((line, i) => read(line, i + 2) ?? []);
  },
);

const SSHD = /^(sshd|sshd-session|dropbear|tinysshd)$/;

const SSHD_UNIT = /^(?:sshd?(?:@.*)?|dropbear|tinysshd(?:@.*)?)\.service$/;

/**
 * Listeners held by an SSH daemon, or by systemd for one when `socketPorts` says that the port is its socket unit's. Where it
 * cannot be seen who holds one (not root), its unit tells.
 */
export function sshListeners(all: readonly Listener[], socketPorts: readonly number[] = []): readonly Listener[] {
  return all.filter(({ processes, port, unit }) =>
    processes.length === 0
      ? SSHD_UNIT.test(unit ?? '') || (unit === 'init.scope' && socketPorts.includes(port))
      : processes.some(({ name }) => SSHD.test(name) || (name === 'systemd' && socketPorts.includes(port))),
  );
}

/** Whether a connection to `address` would reach the listener. */
export function accepts(listener: Listener, address: string): boolean {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  if (listener.family !== 'both' && listener.family !== family) return false;
  return ['*', '0.0.0.0', '::', address].includes(listener.address);
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
