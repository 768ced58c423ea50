import type { Evidence } from '../../model/finding.ts';
import type { LogEntry } from '../log.ts';
import type { Reverse } from '../reverse.ts';
import { quoted } from '../sshd/evidence.ts';
import { type SshdConfig, setting } from '../sshd/index.ts';

/** Why sshd knows a client by its address alone. */
export type Nameless = 'off' | 'no-name' | 'not-back';

export interface ClientName {
  /** The name that rules are held against; absent, sshd uses the address. */
  readonly name?: string;
  readonly why?: Nameless;
  /** A name that the address claims and that does not lead back to it. */
  readonly claimed?: string;
  readonly evidence: readonly Evidence[];
}

/** What sshd says of a name that does not lead back (canohost.c; until 7.4 with "POSSIBLE BREAK-IN ATTEMPT!"). */
const MAPS = /^Address (\S{2,45}) maps to (\S{1,255}), but this does not map back to the address/;
const FAILED = /^reverse mapping checking getaddrinfo for (\S{1,255}) \[(\S{2,45})\] failed/;

function saidOf(log: readonly LogEntry[], from: string): ClientName | undefined {
  for (const { message, line } of log.toReversed()) {
    const maps = MAPS.exec(message);
    const failed = maps ? null : FAILED.exec(message);
    const [address, claimed] = maps ? [maps[1], maps[2]] : [failed?.[2], failed?.[1]];
    if (address !== from || claimed === undefined) continue;
    return { why: 'not-back', claimed, evidence: [{ side: 'server', section: 'log-sshd', line, text: message }] };
  }
  return undefined;
}

/**
 * The name by which sshd knows a client: none without UseDNS, and with it the PTR record, if that leads back to the
 * address (auth.c, auth_get_canonical_hostname(); canohost.c, remote_hostname()). Nothing where it could not be learned.
 */
export function clientName(
  config: SshdConfig,
  from: string,
  seen: { readonly reverse?: Reverse | null | undefined; readonly log?: readonly LogEntry[] | undefined },
): ClientName | undefined {
  const rule = setting(config, 'usedns', {});
  const evidence = rule.from.map(quoted);
  if (!rule.certain) return undefined;
  if (rule.values[0]?.toLowerCase() !== 'yes') return { why: 'off', evidence };
  const { reverse } = seen;
  if (!reverse) return seen.log && saidOf(seen.log, from);
  const all = [...evidence, ...reverse.evidence];
  if (reverse.cut) return undefined;
  if (reverse.ptr === undefined) return { why: 'no-name', evidence: all };
  // A mapped address is another spelling of the same.
  const back = reverse.forward.some((address) => address.replace(/^::ffff:(?=\d+\.)/i, '') === from);
  return back ? { name: reverse.ptr, evidence: all } : { why: 'not-back', claimed: reverse.ptr, evidence: all };
}
