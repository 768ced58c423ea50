import type { Attempt } from '../../model/attempt.ts';
import type { Evidence, Verdict } from '../../model/finding.ts';
import { addresses } from '../addresses.ts';
import { type Route, route } from '../client/route.ts';
import { type Tcp, type TcpProbe, tcp } from '../client/tcp.ts';
import { brief, evidenceOf, type Judgement } from './judgement.ts';
import { type Call, callOf, peerText } from './peer.ts';

/** Facts that say what connection a cloud is asked about. */
export const callHelps = { tcp, route, addresses };

/** The connection; on the server itself its own addresses are those that are dialled. */
export function callFrom(
  given: { tcp?: Tcp | undefined; route?: readonly Route[] | undefined; addresses?: ReadonlySet<string> | undefined },
  attempt: Attempt,
): Call {
  const call = callOf(attempt, given.tcp, given.route);
  if (call.to.length > 0 || !given.addresses) return call;
  return { ...call, to: [...given.addresses].filter((address) => address !== '127.0.0.1' && address !== '::1') };
}

/** What a cloud says of the connection, as far as it keeps it out or may do so. */
export interface Kept<J extends Judgement> {
  readonly judgement: J;
  readonly verdict: Verdict;
  readonly call: Call;
  readonly evidence: readonly Evidence[];
}

const STEPS_SHOWN = 20;

/**
 * Whether a cloud keeps the connection out. `confirmed`: it is known which machine was dialled, where from, and every
 * rule that counts. Where it cannot be told, that matters only when the client met silence, which is how clouds refuse.
 */
export function keptOut<J extends Judgement>(
  judge: (call: Call) => J,
  call: Call,
  by: 'dialled' | 'only' | 'unknown',
  probes: readonly TcpProbe[] = [],
): Kept<J> | undefined {
  // Whatever answered, the first packet passed the cloud.
  if (call.met === 'answered') return undefined;
  const judgement = judge(call);
  if (judgement.pass === 'open' || (judgement.pass === 'unknown' && call.met !== 'silent')) return undefined;
  const verdict = judgement.pass === 'unknown' ? 'possible' : sure(judge, call, by, judgement) ? 'confirmed' : 'likely';
  const silent = probes.filter(({ outcome }) => outcome === 'timed-out');
  const evidence = [...evidenceOf(judgement.trace.slice(-STEPS_SHOWN)), ...silent.map(silence)];
  return { judgement, verdict, call, evidence };
}

function sure<J extends Judgement>(
  judge: (call: Call) => J,
  call: Call,
  by: 'dialled' | 'only' | 'unknown',
  judgement: J,
): boolean {
  if (by !== 'dialled' || judgement.lacks.length > 0) return false;
  if (!call.translated) return true;
  const { family } = call.peer;
  const anybody = judge({ ...call, peer: family === undefined ? {} : { family }, translated: false });
  return anybody.pass === 'closed' && anybody.lacks.length === 0;
}

function silence({ address, port, ms, line }: TcpProbe): Evidence {
  return { side: 'client', section: 'tcp', line, text: `${address} port ${port}: no answer in ${ms} ms` };
}

/** Who is kept out, for a sentence. */
export function whoText({ peer }: Call): string {
  return peer.address ?? (peerText(peer) === undefined ? 'anybody' : 'any public address');
}

/** `it hangs on …`, for what could not be told. */
export function hangsOn({ lacks }: Judgement): string {
  return brief(lacks, 2) || 'what was not looked at';
}
