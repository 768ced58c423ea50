import type { Host, Question } from './model.ts';
import { parseAddress, parseNetwork } from './value.ts';

const text = (value: string | null | undefined): readonly string[] => (value ?? '').split('\n');

/** `ip -o addr`: address by interface, in the order in which the kernel has them. */
export function readAddresses(dump: string | null): NonNullable<Host['addresses']> {
  return text(dump).flatMap((line) => {
    const found = /^\d+: ([^\s@]{1,40})(?:@\S{1,40})? +inet6? ([0-9a-f.:]{2,45})/.exec(line);
    return found?.[1] && found[2] ? [{ device: found[1], address: found[2] }] : [];
  });
}

/** `ip route show table all`, main table only, the narrowest network first. */
export function readRoutes(dump: string | null): NonNullable<Host['routes']> {
  const routes = text(dump).flatMap((line) => {
    const found = /^(default|[0-9a-f.:]{2,45}(?:\/\d{1,3})?) .{0,200}?\bdev (\S{1,40})/.exec(line);
    if (!found?.[1] || !found[2] || / table /.test(line)) return [];
    const v6 = line.includes(':') || / pref /.test(line);
    const network = parseNetwork(found[1] === 'default' ? (v6 ? '::/0' : '0.0.0.0/0') : found[1]);
    return network && 'low' in network
      ? [{ network, device: found[2], size: Number(network.high) - Number(network.low) }]
      : [];
  });
  return routes.sort((a, b) => a.size - b.size).map(({ network, device }) => ({ network, device }));
}

/** `ip route get CLIENT`: by which interface answers leave, or what the kernel says instead. */
export function readBack(dump: string | null, to: string | undefined): Host['back'] {
  const [line = ''] = text(dump);
  if (to === undefined || line === '') return undefined;
  const refused = /^(?:RTNETLINK answers: (.{1,80})|(unreachable|prohibit|blackhole|throw)\b)/.exec(line);
  if (refused) return { to, refused: refused[1] ?? refused[2] ?? '' };
  const device = / dev (\S{1,40})/.exec(line)?.[1];
  return device === undefined ? undefined : { to, device };
}

/** Interface by which packets to an address leave. */
export function deviceTo(host: Host, address: number | bigint): string | undefined {
  return host.routes?.find(
    ({ network }) =>
      'low' in network && typeof network.low === typeof address && network.low <= address && address <= network.high,
  )?.device;
}

/**
 * The interface that a client's packets come in by. It is presumed to be the one that the way back leads out of, unless
 * there is only one.
 */
export function clientInterface(
  host: Host,
  { from, iif }: Question,
): { device: string | undefined; presumed: boolean } {
  if (iif !== undefined) return { device: iif, presumed: false };
  if (/^127\.|^::1$/.test(from) || host.addresses?.some(({ address }) => address === from))
    return { device: 'lo', presumed: false };
  const devices = [...new Set(host.addresses?.map(({ device }) => device).filter((device) => device !== 'lo'))];
  if (devices.length === 1) return { device: devices[0], presumed: false };
  const address = parseAddress(from);
  const device =
    (host.back?.to === from ? host.back.device : undefined) ??
    (address === undefined ? undefined : deviceTo(host, address));
  return { device, presumed: device !== undefined && !host.strict?.includes(device) };
}

/** The address that was dialled: the only one there is of the family, where nobody says. */
export function dialled(host: Host, { to, from }: Question): string | undefined {
  if (to !== undefined) return to;
  const own = (host.addresses ?? []).filter(
    ({ device, address }) =>
      device !== 'lo' && address.includes(':') === from.includes(':') && !/^(fe80:|169\.254\.)/.test(address),
  );
  return own.length === 1 ? own[0]?.address : undefined;
}
