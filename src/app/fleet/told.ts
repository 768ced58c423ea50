import type { Evidence } from '../../model/finding.ts';
import type { FleetHost } from '../../model/fleet.ts';
import { type Gate, gateOf } from '../../model/gate.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Report } from '../../model/report.ts';

const FOUND_MAX = 5;
const EVIDENCE_MAX = 3;
const TEXT_MAX = 500;
const FIX_MAX = 8000;

/** What every line says of its host, whatever was asked. */
export const asked = (
  what: FleetHost['asked'],
  { name, address, groups, tags }: InventoryHost,
  port: number,
  at: string,
): Pick<FleetHost, 'kind' | 'asked' | 'name' | 'address' | 'port' | 'groups' | 'tags' | 'at'> => ({
  kind: 'host',
  asked: what,
  name,
  address,
  port,
  groups: [...groups],
  tags: [...tags],
  at,
});

/** What a report comes to in a line: what blocks or degrades, and the gates. */
export function toldOf(made: Report): Pick<FleetHost, 'found' | 'gates'> & { readonly gate?: Gate } {
  // Mere possibilities beside something likelier would make groups of their own.
  const found = made.causes
    .filter(({ role }) => role === 'blocking' || role === 'degrading')
    .filter(({ verdict }, index) => index === 0 || verdict !== 'possible')
    .slice(0, FOUND_MAX);
  const gate =
    made.gates.find(({ outcome }) => outcome === 'closed')?.gate ?? (found[0] && gateOf(found[0].id as never));
  return {
    found: found.map(({ id, verdict, text, subject, evidence, fix }) => ({
      id,
      verdict,
      says: text,
      ...(subject === undefined ? {} : { subject }),
      evidence: firstOf(evidence),
      ...(fix === undefined || JSON.stringify(fix).length > FIX_MAX ? {} : { fix }),
    })),
    gates: made.gates.map(({ gate: one, outcome }) => ({ gate: one, outcome })),
    ...(gate === undefined ? {} : { gate }),
  };
}

type Seen = NonNullable<FleetHost['found'][number]['evidence']>;

/** What a line has room for; the whole of it is what `sshwhy` says of the host alone. */
export const firstOf = (evidence: readonly Evidence[]): Seen =>
  evidence.slice(0, EVIDENCE_MAX).map(({ side, section, line, text }) => ({
    side,
    section,
    text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text,
    ...(line === undefined ? {} : { line }),
  }));

export function outcomeIn(made: Report): 'open' | 'closed' | 'degraded' {
  if (made.gates.some(({ outcome }) => outcome === 'closed')) return 'closed';
  if (made.causes.some(({ role }) => role === 'blocking')) return 'closed';
  return made.causes.some(({ role }) => role === 'degrading') ? 'degraded' : 'open';
}
