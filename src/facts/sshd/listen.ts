import ipaddr from 'ipaddr.js';
import { outside } from './applies.ts';
import { setting } from './effective.ts';
import type { Directive, SshdConfig } from './parse.ts';
import { type ListenWords, listenWords } from './scalars.ts';

/** One address and port on which sshd listens when nothing else gives it its sockets. */
export interface ListenAddress {
  /** As sshd binds it; a name is left as written, for only the host can tell what it stands for. */
  readonly address: string;
  readonly port: number;
  readonly rdomain?: string;
  /** None for the addresses that sshd takes when there is no ListenAddress. */
  readonly directive?: Directive;
}

const WILDCARDS: Readonly<Record<string, readonly string[]>> = {
  any: ['::', '0.0.0.0'],
  inet: ['0.0.0.0'],
  inet6: ['::'],
};

const familyOf = (config: SshdConfig): string => setting(config, 'addressfamily', {}).values[0] ?? 'any';

function asked(config: SshdConfig): readonly (ListenWords & { readonly directive: Directive })[] {
  return config.directives.flatMap((directive) => {
    const words =
      directive.keyword === 'listenaddress' && outside(config, directive) ? listenWords(directive.words.args) : '';
    return typeof words === 'string' ? [] : [{ ...words, directive }];
  });
}

/**
 * Where sshd listens by its configuration: each ListenAddress with its own port or with each Port, whichever line comes
 * first; without one, every address of the families that AddressFamily leaves (servconf.c, queue_listen_addr()).
 */
export function listenAddresses(config: SshdConfig): readonly ListenAddress[] {
  const ports = setting(config, 'port', {}).values.map(Number);
  const lines = asked(config);
  if (lines.length === 0)
    return (WILDCARDS[familyOf(config)] ?? []).flatMap((address) => ports.map((port) => ({ address, port })));
  return lines.flatMap(({ port, ...rest }) =>
    (port === undefined ? ports : [port]).map((one) => ({ ...rest, port: one })),
  );
}

/** An address that AddressFamily leaves out; sshd does not start with one (servconf.c, add_one_listen_addr()). */
export function wrongFamily(config: SshdConfig): { readonly text: string; readonly directive: Directive } | undefined {
  const family = familyOf(config);
  if (family === 'any') return undefined;
  const wanted = family === 'inet' ? 'ipv4' : 'ipv6';
  const found = asked(config).find(({ address }) => ipaddr.isValid(address) && ipaddr.parse(address).kind() !== wanted);
  return (
    found && {
      text: `bad addr or host: ${found.address} (Address family for hostname not supported)`,
      directive: found.directive,
    }
  );
}
