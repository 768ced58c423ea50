import type { FleetHost } from '../../model/fleet.ts';
import { GATES } from '../../model/gate.ts';
import type { Outcome } from '../../model/report.ts';

/** What is known of one gate (or control) of a host, best news last but for what nobody looked at. */
export const MATRIX_STATES = ['broken', 'degraded', 'unknown', 'ok', 'not-looked-at'] as const;
export type MatrixState = (typeof MATRIX_STATES)[number];

/** Hosts of which all gates, the outcome and what was found are the same. */
export interface MatrixRow {
  readonly outcome: FleetHost['outcome'];
  /** One for each column. */
  readonly cells: readonly MatrixState[];
  /** Causes or controls that were found, in their order. */
  readonly found: readonly string[];
  readonly count: number;
  /** The first of them, at most `namesMax`. */
  readonly hosts: readonly { readonly name: string; readonly port: number; readonly vantage?: string }[];
}

export interface FleetMatrix {
  /** The gates; for hardening the controls that do not hold somewhere, for keys the rules that are broken somewhere. */
  readonly columns: readonly string[];
  readonly hosts: number;
  /** Worst first, and what is alike together: by outcome, then by the first column that is not the same. */
  readonly rows: readonly MatrixRow[];
  /** Hosts of rows beyond `rowsMax`, which are counted alone. */
  readonly further: number;
}

export interface MatrixBounds {
  readonly rowsMax?: number;
  readonly namesMax?: number;
}

const STATE: Readonly<Record<Outcome, MatrixState>> = {
  open: 'ok',
  closed: 'broken',
  degraded: 'degraded',
  unknown: 'unknown',
  'not-reached': 'not-looked-at',
};
const CONTROL = 'control ';
const CONTROL_STATE: Readonly<Record<string, MatrixState>> = { fail: 'broken', pass: 'ok', unknown: 'unknown' };
const COLUMNS_MAX = 60;
const OUTCOMES: readonly FleetHost['outcome'][] = ['closed', 'degraded', 'unknown', 'not-asked', 'open'];

function statesOf({ asked, gates, found, facts = {} }: FleetHost): ReadonlyMap<string, MatrixState> {
  // A rule of the audit of keys is broken where it is found; that it holds is said below, where all was seen.
  if (asked === 'keys') return new Map(found.map(({ id }) => [id, 'broken']));
  if (asked !== 'harden') return new Map(gates.map(({ gate, outcome }) => [gate, STATE[outcome]]));
  return new Map(
    Object.entries(facts).flatMap(([about, { is }]) =>
      about.startsWith(CONTROL)
        ? [[about.slice(CONTROL.length), CONTROL_STATE[is.split(':', 1)[0] ?? ''] ?? 'not-looked-at'] as const]
        : [],
    ),
  );
}

interface Row extends Pick<MatrixRow, 'outcome' | 'found'> {
  readonly states: ReadonlyMap<string, MatrixState>;
  /** Of a column that they do not have. */
  readonly otherwise: MatrixState;
  readonly hosts: { name: string; port: number; vantage?: string }[];
  count: number;
}

/**
 * Host × gate, added up as hosts come: those that are alike are one row with their number, so that it stays small for any number
 * of hosts.
 */
export function matrixTally({ rowsMax = 500, namesMax = 1000 }: MatrixBounds = {}): {
  see(host: FleetHost): void;
  end(): FleetMatrix;
} {
  const rows = new Map<string, Row>();
  let [hosts, further, gated] = [0, 0, false];
  return {
    see(host) {
      hosts++;
      if (host.asked === 'check' || host.asked === 'server') gated = true;
      const states = statesOf(host);
      const found = [...new Set(host.found.map(({ id }) => id))];
      const otherwise = host.asked !== 'keys' ? 'not-looked-at' : host.keys?.whole ? 'ok' : 'unknown';
      const key = JSON.stringify([host.outcome, found, otherwise, [...states]]);
      let row = rows.get(key);
      if (row === undefined) {
        if (rows.size >= rowsMax) {
          further++;
          return;
        }
        row = { outcome: host.outcome, found, states, otherwise, hosts: [], count: 0 };
        rows.set(key, row);
      }
      row.count++;
      if (row.hosts.length < namesMax)
        row.hosts.push({
          name: host.name,
          port: host.port,
          ...(host.vantage === undefined ? {} : { vantage: host.vantage }),
        });
    },
    end() {
      const columns = columnsOf([...rows.values()], gated);
      const made = [...rows.values()].map(({ states, otherwise, ...row }) => ({
        ...row,
        cells: columns.map((column) => states.get(column) ?? otherwise),
      }));
      return { columns, hosts, rows: made.sort(inOrder), further };
    },
  };
}

/** The same of hosts that are all there. */
export function matrixOf(hosts: Iterable<FleetHost>, bounds: MatrixBounds = {}): FleetMatrix {
  const tally = matrixTally(bounds);
  for (const host of hosts) tally.see(host);
  return tally.end();
}

function columnsOf(rows: readonly Row[], gated: boolean): string[] {
  const amiss = new Map<string, number>();
  for (const { states, count } of rows)
    for (const [column, state] of states)
      if (state !== 'ok' && state !== 'not-looked-at' && !(GATES as readonly string[]).includes(column))
        amiss.set(column, (amiss.get(column) ?? 0) + count);
  const controls = [...amiss].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, COLUMNS_MAX);
  return [...(gated ? GATES : []), ...controls.map(([column]) => column)];
}

function inOrder(a: MatrixRow, b: MatrixRow): number {
  const outcome = OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome);
  if (outcome !== 0) return outcome;
  for (const [at, cell] of a.cells.entries()) {
    const other = b.cells[at];
    if (other !== undefined && cell !== other) return MATRIX_STATES.indexOf(cell) - MATRIX_STATES.indexOf(other);
  }
  return b.count - a.count || (a.found.join() < b.found.join() ? -1 : 1);
}
