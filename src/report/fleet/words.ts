import { causes } from '../../causes/index.gen.ts';
import { controlOf } from '../../knowledge/controls/index.ts';
import { FLEET_OUTCOMES, type FleetDrift, type FleetHost, type FleetSummary } from '../../model/fleet.ts';
import { endpointName } from '../../reason/fleet/host-keys.ts';
import type { MatrixState } from '../../reason/fleet/matrix.ts';
import type { FleetRun } from '../../reason/fleet/run.ts';
import { KEY_RULES } from '../../reason/keyring/audit.ts';

// What stands in these sentences is foreign: each output escapes it in its own way.

export const n = (count: number): string => count.toLocaleString('en');
export const hosts = (count: number): string => `${n(count)} host${count === 1 ? '' : 's'}`;

/** What an outcome means to a person; hardening closes nothing, and a look at keys neither. */
export function outcomeWord(outcome: FleetHost['outcome'], asked: readonly FleetHost['asked'][]): string {
  if (asked.length === 1 && asked[0] === 'harden')
    return {
      open: 'nothing fails',
      degraded: 'something fails',
      closed: 'closed',
      unknown: 'not known',
      'not-asked': 'not asked',
    }[outcome];
  if (asked.length === 1 && asked[0] === 'keys')
    return {
      open: 'nothing found',
      degraded: 'something found',
      closed: 'closed',
      unknown: 'not known',
      'not-asked': 'not asked',
    }[outcome];
  return { open: 'open', degraded: 'degraded', closed: 'closed', unknown: 'not known', 'not-asked': 'not asked' }[
    outcome
  ];
}

/** A sign for each state; never the only thing that tells it. */
export const STATE_MARK: Readonly<Record<MatrixState, string>> = {
  ok: '✔',
  broken: '✖',
  degraded: '!',
  unknown: '?',
  'not-looked-at': '·',
};
export const STATE_WORD: Readonly<Record<MatrixState, string>> = {
  ok: 'ok',
  broken: 'broken',
  degraded: 'degraded',
  unknown: 'not known',
  'not-looked-at': 'not looked at',
};
export const OUTCOME_MARK: Readonly<Record<FleetHost['outcome'], string>> = {
  open: '✔',
  closed: '✖',
  degraded: '!',
  unknown: '?',
  'not-asked': '-',
};

/** How many of each outcome, worst first: `12 closed, 88 open`. */
export function countsOf({ outcomes }: FleetSummary, asked: readonly FleetHost['asked'][]): string {
  const counts = FLEET_OUTCOMES.flatMap((outcome) => {
    const count = outcomes[outcome] ?? 0;
    return count === 0 ? [] : [`${n(count)} ${outcomeWord(outcome, asked)}`];
  });
  return counts.join(', ') || 'none was asked';
}

const QUESTION: Readonly<Record<FleetHost['asked'], string>> = {
  check: 'can ssh be spoken with them',
  server: 'what is broken on them',
  harden: 'what fails of the profile',
  keys: 'who can log in there with which key',
};

export function headline({ summary, asked }: FleetRun): string {
  return `${hosts(summary.hosts)}${fromPlaces(summary)}: ${countsOf(summary, asked)}`;
}

/** ` from 3 places, 21 looks`; nothing for a look from here alone. */
export const fromPlaces = (summary: Pick<FleetSummary, 'vantages' | 'outcomes'>): string => {
  const { vantages } = summary;
  if (vantages === undefined) return '';
  const looks = looksOf(summary);
  return ` from ${n(vantages)} place${vantages === 1 ? '' : 's'}, ${n(looks)} look${looks === 1 ? '' : 's'}`;
};

/** What was asked, and when. */
export function aboutRun({ asked, from, to, summary }: FleetRun): string {
  const question = asked.map((one) => `${QUESTION[one]} (sshwhy fleet ${one})`).join('; ');
  const when = from === undefined ? '' : from === to ? `Looked at ${from}` : `Looked at from ${from} to ${to}`;
  const cut = summary.interrupted ? ' It was interrupted: this is of the hosts that were asked by then.' : '';
  return `${when}${when === '' ? '' : ': '}${question || 'no host was asked'}.${cut}`;
}

/** What a cause or a control is called. */
export function titleOf(id: string): string {
  return causes.find((cause) => cause.id === id)?.title ?? controlOf(id)?.title ?? id;
}

export const whyOf = (id: string): string | undefined =>
  causes.find((cause) => cause.id === id)?.why ?? controlOf(id)?.why ?? KEY_RULES.find((rule) => rule.id === id)?.why;

export function alikeName({ alike: { by, name } }: FleetDrift): string {
  return by === 'all' ? 'All hosts' : `${by === 'group' ? 'Group' : 'Tag'} ${name}`;
}

/** `web1`, `db1:2222`, or `web1 from bastion`. */
export const endpoint = ({
  name,
  port,
  vantage,
}: {
  readonly name: string;
  readonly port: number;
  readonly vantage?: string | undefined;
}): string => `${endpointName({ name, port })}${vantage === undefined ? '' : ` from ${vantage}`}`;

/** All that was asked: of each host, or of each host from each place. */
export const looksOf = ({ outcomes }: Pick<FleetSummary, 'outcomes'>): number =>
  Object.values(outcomes).reduce((sum, count) => sum + count, 0);

/** The first names, and how many more there are of `count`. */
export function some(names: readonly string[], count: number, most: number): string {
  const shown = names.slice(0, most);
  return `${shown.join(', ')}${count > shown.length ? `${shown.length > 0 ? ' and ' : ''}${n(count - shown.length)} more` : ''}`;
}

/** Whether the fix of a group is right for each of its hosts. */
export function fixNote({ fixes = 1, count, hosts: [first] }: FleetSummary['groups'][number]): string | undefined {
  if (count === 1) return undefined;
  if (fixes === 1) return `The same for all ${n(count)} hosts.`;
  return `This is that of ${first ?? 'the first'}; names, lines or ports in it differ on others (${fixes < 100 ? n(fixes) : 'more than 100'} different ones).`;
}

/** Where the shared line stands. */
export function sharedNote({ shared, count }: FleetSummary['groups'][number]): string | undefined {
  if (shared === undefined) return undefined;
  return shared.count === count
    ? `All ${n(count)} show the same line`
    : `${n(shared.count)} of ${n(count)} show the same line`;
}
