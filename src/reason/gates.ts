import type { Side } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import { GATES, type Gate, gateOf } from '../model/gate.ts';
import type { ReportedGate } from '../model/report.ts';
import type { Obstacle } from './investigate.ts';

/** Gates of which a server sees nothing. */
const BEFORE_SERVER: ReadonlySet<Gate> = new Set<Gate>(['client', 'name', 'network']);

/**
 * What became of each gate, and why, from everything that is known. `passed`, `stopped`: seen by the attempt, with what
 * was seen; `admitted`: what would let it in on the server; `served`: that another SSH server than sshd has the port.
 */
export function gates(
  findings: readonly Finding[],
  obstacles: readonly Obstacle[],
  unseen: ReadonlySet<Side>,
  passed: ReadonlyMap<Gate, string>,
  stopped?: { readonly gate: Gate; readonly detail: string },
  admitted?: string,
  served?: string,
): ReportedGate[] {
  let closed: Gate | undefined;
  return GATES.map((gate): ReportedGate => {
    const here = findings.filter((finding) => gateOf(finding.id) === gate);
    const blocking = here.find((finding) => finding.role === 'blocking');
    const follows = here.find((finding) => finding.role === 'consequence');
    const degrading = here.find((finding) => finding.role === 'degrading');
    const missing = obstacles.filter(({ cause }) => gateOf(cause.id) === gate);
    const hidden = missing.length;
    const seen = passed.get(gate);

    if (blocking && blocking.verdict !== 'possible') {
      closed ??= gate;
      return { gate, outcome: 'closed', detail: blocking.text };
    }
    if (stopped?.gate === gate) {
      closed ??= gate;
      return { gate, outcome: 'closed', detail: blocking ? `possibly: ${blocking.text}` : stopped.detail };
    }
    if (degrading) return { gate, outcome: 'degraded', detail: degrading.text };
    if (seen !== undefined) return { gate, outcome: 'open', detail: seen };
    if (blocking) return { gate, outcome: 'unknown', detail: `possibly: ${blocking.text}` };
    // What only the client could tell does not matter where the server's own files have the answer.
    if (gate === 'auth' && admitted !== undefined && !follows && missing.every(({ gap }) => gap.from.side === 'client'))
      return { gate, outcome: 'open', detail: admitted };
    if (gate === 'daemon' && served !== undefined && !follows) return { gate, outcome: 'open', detail: served };
    if (follows) return { gate, outcome: 'closed', detail: `follows: ${follows.text}` };
    if (unseen.has('client') && BEFORE_SERVER.has(gate))
      return { gate, outcome: 'unknown', detail: "not looked at: nobody looked from the client's side" };
    if (hidden === 0) return { gate, outcome: 'open', detail: 'nothing that could close it was found' };
    // `host` is not on the way to anywhere.
    if (closed !== undefined && gate !== 'host')
      return { gate, outcome: 'not-reached', detail: `the gate "${closed}" is closed` };
    return {
      gate,
      outcome: 'unknown',
      detail: `${hidden} ${hidden === 1 ? 'cause' : 'causes'} could not be ruled out`,
    };
  });
}
