import { type RescueOrder, rescueScript } from '../collect/script.ts';
import { allowFix } from '../facts/firewall/allow.ts';
import { lastOf } from '../facts/firewall/attempt.ts';
import { firewall, judge, ownerOf } from '../facts/firewall/index.ts';
import { keyValues } from '../facts/key-value.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { shellQuote } from '../model/remedy.ts';
import { clip } from '../report/escape.ts';
import type { Transport } from '../transport/transport.ts';

/** A rescue sshd: what it is asked for. */
export interface RescueWish {
  readonly port: number;
  readonly user: string;
  readonly seconds: number;
  readonly from?: string;
}

export interface RescueState {
  readonly state: 'up' | 'ended' | 'none' | 'impossible';
  readonly said?: string;
  readonly port?: number;
  readonly user?: string;
  /** Epoch seconds. */
  readonly until?: number;
}

const TIMEOUT_MS = 40_000;

/** @throws LookError when the machine says nothing that makes sense. */
export async function orderRescue(door: Transport, order: RescueOrder, signal?: AbortSignal): Promise<RescueState> {
  const ran = await door.run(rescueScript(order), { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) });
  const values = keyValues(ran.stdout);
  const state = values.get('state')?.[0];
  if (state !== 'up' && state !== 'ended' && state !== 'none' && state !== 'impossible')
    throw new LookError(`${door.name}: no answer about the rescue sshd: ${clip(ran.stderr.trim() || 'nothing', 300)}`);
  const [said, port, user, until] = ['said', 'port', 'user', 'until'].map((key) => values.get(key)?.[0]);
  return {
    state,
    ...(said && { said }),
    ...(port && { port: Number(port) }),
    ...(user && { user }),
    ...(until && { until: Number(until) }),
  };
}

/**
 * What lets the rescue sshd through the machine's own rules, in the kernel alone: after a reboot nothing of it is left.
 * @throws UsageError when it is shut, and nobody says for whom it is to be opened.
 */
export function openingFor(
  bundle: Bundle,
  { port, from }: RescueWish,
): Pick<RescueOrder & { action: 'start' }, 'open' | 'shut'> {
  const rules = firewall.read(bundle);
  if (!rules.known) return { open: [], shut: [] };
  const question = { from: from ?? '203.0.113.1', port };
  const first = judge(rules.value, question);
  const last = lastOf(first);
  if (last.verdict === 'accept') return { open: [], shut: [] };
  if (from === undefined)
    throw new UsageError(`the firewall does not let port ${port} in; say for whom it is to be opened: --from ADDRESS`);
  const names = rules.value.chains.map(({ name }) => name);
  const owner = last.by && ownerOf(last.by, names);
  if (owner === 'ufw' || owner === 'iptables') {
    const tool = from.includes(':') ? 'ip6tables' : 'iptables';
    const match = `-s ${shellQuote(from)} -p tcp --dport ${port} -j ACCEPT`;
    return { open: [`${tool} -I INPUT 1 ${match}`], shut: [`${tool} -D INPUT ${match}`] };
  }
  const fix = allowFix(rules.value, question);
  const commands = fix?.changes.flatMap((change) => (change.kind === 'command' ? [change] : [])) ?? [];
  if (commands.length === 0)
    throw new UsageError(`the firewall does not let ${from} in to port ${port}, and it cannot be told how to open it`);
  return { open: commands.map(({ run }) => run), shut: commands.flatMap(({ undo }) => undo) };
}
