import { useState } from 'preact/hooks';
import { visible } from '../../../report/escape.ts';
import type { PostureGiven, PostureHostGiven } from '../../api-see.ts';
import { Foreign } from '../parts/foreign.tsx';
import { Given } from '../parts/given.tsx';
import { Load, useApi } from '../parts/load.tsx';
import { Table } from '../parts/table.tsx';
import { number } from '../parts/when.ts';
import { Link } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';
import './see.css';

export const posture: Page = {
  path: '/posture',
  name: 'Posture',
  View: ({ rest }: ViewProps) => (rest === '' ? <All /> : <One host={decodeURIComponent(rest)} />),
};

type Whole = Extract<PostureGiven, { readonly none?: undefined }>['value'];

const SIGN: Readonly<Record<string, readonly [sign: string, name: string]>> = {
  f: ['✗', 'fails'],
  u: ['?', 'unknown'],
  w: ['w', 'waived'],
  p: ['✓', 'passes'],
  n: ['·', 'does not apply'],
  '-': ['', 'not judged'],
};
/** Columns that a person can still compare; the rest is told by the numbers. */
const HOSTS = 40;
const DIRECTION = { worse: 'Worse', better: 'Better', other: 'Other' } as const;

function All() {
  const answer = useApi<PostureGiven>('/api/posture');
  return (
    <>
      <h1>Posture</h1>
      <Given of={answer} commands={['sshwhy harden root@HOST --json > HOST.json', 'sshwhy serve --posture *.json']}>
        {(whole) => <Overview whole={whole} />}
      </Given>
    </>
  );
}

function Overview({ whole }: { readonly whole: Whole }) {
  const { hosts, controls, waivers } = whole;
  const [all, showAll] = useState(false);
  const failing = controls.filter(({ counts }) => counts.fail + counts.unknown > 0);
  const shown = all ? controls : failing;
  const today = new Date().toISOString().slice(0, 10);
  const order = controls.map(({ control }) => control);
  const drifted = hosts.filter(({ drift }) => drift !== undefined && drift.changes.length > 0);
  return (
    <>
      <Table
        caption={`${hosts.length} hosts, those where most fails first. The score is the share of what applies that passes.`}
        heads={[
          'Host',
          'Score',
          'Fails',
          'Unknown',
          'Waived',
          'Passes',
          'Profile',
          'Taken (UTC)',
          'Since the one before',
        ]}
        rows={hosts.map(({ host, score, counts, profile, takenAt, drift }) => [
          <Link key="host" to={`/posture/${encodeURIComponent(host)}`}>
            <Foreign text={host} />
          </Link>,
          score === undefined ? (
            'nothing applies'
          ) : (
            <>
              <meter class="score" min={0} max={100} value={score} aria-label={`${score} percent`} /> {score} %
            </>
          ),
          ...[counts.fail, counts.unknown, counts.waived, counts.pass].map(number),
          <Foreign key="profile" text={profile} />,
          takenAt.slice(0, 16).replace('T', ' '),
          changes(drift),
        ])}
      />
      <h2>Controls</h2>
      <label>
        <input type="checkbox" checked={all} onChange={() => showAll(!all)} /> also what passes everywhere
      </label>
      {hosts.length > HOSTS && <p class="soft">The first {HOSTS} hosts have a column; the numbers are of all.</p>}
      {shown.length === 0 ? (
        <p>Nothing fails, and nothing is unknown.</p>
      ) : (
        <Table
          caption="✗ fails, ? unknown, w waived, ✓ passes, · does not apply; what fails on most hosts first"
          heads={['Control', 'Severity', 'Fails', 'Waived', ...hosts.slice(0, HOSTS).map(({ host }) => visible(host))]}
          rows={shown.map(({ control, title, severity, counts }) => {
            const at = order.indexOf(control);
            return [
              <>
                {title} <span class="soft">{control}</span>
              </>,
              severity,
              number(counts.fail),
              number(counts.waived),
              ...hosts.slice(0, HOSTS).map(({ host, cells }) => <Sign key={host} letter={cells[at] ?? '-'} />),
            ];
          })}
        />
      )}
      <h2>Drift</h2>
      {hosts.every(({ drift }) => drift === undefined) ? (
        <p>
          There is one report of each host. With an older one of the same profile, or one that <code>--baseline</code>{' '}
          compared, this shows what has changed.
        </p>
      ) : drifted.length === 0 ? (
        <p>Nothing has changed.</p>
      ) : (
        <Table
          caption="What has changed since the report before"
          heads={['Host', 'Direction', 'Control', 'Before', 'After']}
          rows={drifted.flatMap(({ host, drift }) =>
            (drift?.changes ?? []).map(({ result, direction, before, after }) => [
              <Foreign key="host" text={host} />,
              DIRECTION[direction],
              <Foreign key="result" text={result} />,
              <Foreign key="before" text={before} />,
              <Foreign key="after" text={after} />,
            ]),
          )}
        />
      )}
      <h2>Waivers</h2>
      {waivers.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table
          caption="Exceptions that somebody decided on"
          heads={['Host', 'Control', 'Reason', 'Until']}
          rows={waivers.map(({ host, result }) => [
            <Foreign key="host" text={host} />,
            <Foreign key="control" text={result.subject ? `${result.control} @ ${result.subject}` : result.control} />,
            <Foreign key="reason" text={result.waiver?.reason ?? ''} />,
            <>
              {result.waiver?.until}
              {result.waiver !== undefined && result.waiver.until < today && (
                <strong class="urgency-page"> over: look again</strong>
              )}
            </>,
          ])}
        />
      )}
    </>
  );
}

function changes(drift: Whole['hosts'][number]['drift']): string {
  if (drift === undefined) return '';
  const count = (direction: string): number => drift.changes.filter((one) => one.direction === direction).length;
  const parts = (['worse', 'better', 'other'] as const).flatMap((one) =>
    count(one) === 0 ? [] : [`${count(one)} ${one}`],
  );
  return parts.length === 0 ? 'the same' : parts.join(', ');
}

function Sign({ letter }: { readonly letter: string }) {
  const [sign, name] = SIGN[letter] ?? ['', ''];
  return (
    <span role="img" class={`g g-${letter}`} aria-label={name} title={name}>
      {sign}
    </span>
  );
}

function One({ host }: { readonly host: string }) {
  const answer = useApi<PostureHostGiven>(`/api/posture/host?host=${encodeURIComponent(host)}`);
  return (
    <>
      <p>
        <Link to="/posture">All hosts</Link>
      </p>
      <h1>
        <Foreign text={host} />
      </h1>
      <Load of={answer}>
        {({ results, profile, takenAt, release }) => (
          <>
            <p class="soft">
              Profile <Foreign text={profile} />, taken at {takenAt.slice(0, 16).replace('T', ' ')} UTC
              {release !== undefined && (
                <>
                  , OpenSSH <Foreign text={release} />
                </>
              )}
              .
            </p>
            <Table
              caption="What fails first, the severest first"
              heads={['Status', 'Severity', 'Control', 'In force', 'Wanted', 'Where it was seen']}
              rows={results.map((one) => [
                one.status,
                one.severity,
                <>
                  {one.title} <span class="soft">{one.subject ? <Foreign text={one.subject} /> : one.control}</span>
                </>,
                <Foreign key="now" text={one.now ?? ''} />,
                <Foreign key="wanted" text={one.wanted} />,
                <Foreign
                  key="seen"
                  text={one.evidence
                    .slice(0, 3)
                    .map(({ section, line, text }) => `${section}${line === undefined ? '' : `:${line}`} ${text}`)
                    .join('; ')}
                />,
              ])}
            />
          </>
        )}
      </Load>
    </>
  );
}
