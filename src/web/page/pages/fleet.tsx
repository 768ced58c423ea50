import { useMemo } from 'preact/hooks';
import { visible } from '../../../report/escape.ts';
import type { FleetHostGiven, FleetRow, FleetTable, Given as Value } from '../../api-see.ts';
import { Marks } from '../fleet/marks.tsx';
import { useKept } from '../parts/ask.ts';
import { Foreign } from '../parts/foreign.tsx';
import { Given } from '../parts/given.tsx';
import { useNews } from '../parts/live.ts';
import { Load, useApi } from '../parts/load.tsx';
import { Table } from '../parts/table.tsx';
import { Virtual } from '../parts/virtual.tsx';
import { number, second } from '../parts/when.ts';
import { go, Link } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';
import './see.css';

export const fleet: Page = {
  path: '/fleet',
  name: 'Fleet',
  View: ({ rest, query }: ViewProps) =>
    rest === '' ? <Whole query={query} /> : <One name={decodeURIComponent(rest)} port={query.get('port') ?? ''} />,
};

const GROUPS = 15;
const HEADS = ['Host', 'Gates', 'Outcome', 'Says'] as const;
const MARKS = '✓ open, ✗ closed, ! degraded, ? unknown, · not reached';

function Whole(o: { readonly query: URLSearchParams }) {
  const news = useNews<{ writtenAt: number }>('/api/fleet/news', true);
  const answer = useKept<Value<FleetTable & { readonly writtenAt: number }>>('/api/fleet', news);
  return (
    <>
      <h1>Fleet</h1>
      <Given
        of={answer}
        commands={['sshwhy fleet check -f INVENTORY --out RUN.jsonl', 'sshwhy serve --fleet RUN.jsonl']}
      >
        {(table) => <Matrix table={table} query={o.query} />}
      </Given>
    </>
  );
}

type Filter = Readonly<Record<'text' | 'outcome' | 'cause' | 'label', string>>;

/** Of `/fleet?cause=…`: the address names what is shown, so that it can be kept. */
const filterOf = (query: URLSearchParams): Filter => ({
  text: query.get('text') ?? '',
  outcome: query.get('outcome') ?? '',
  cause: query.get('cause') ?? '',
  label: query.get('label') ?? '',
});

function rowsOf({ rows, groups, labels }: FleetTable, filter: Filter): readonly FleetRow[] {
  const causes = new Set(groups.flatMap(({ id }, at) => (id === filter.cause ? [at] : [])));
  const label = labels.indexOf(filter.label);
  const text = filter.text.toLowerCase();
  return rows.filter(
    (row) =>
      (filter.outcome === '' || row.outcome === filter.outcome) &&
      (filter.cause === '' || row.found.some((at) => causes.has(at))) &&
      (filter.label === '' || row.labels.includes(label)) &&
      (text === '' || `${row.name} ${row.address} ${row.says}`.toLowerCase().includes(text)),
  );
}

function Matrix(o: { readonly table: FleetTable & { readonly writtenAt: number }; readonly query: URLSearchParams }) {
  const { table } = o;
  const filter = filterOf(o.query);
  const key = JSON.stringify(filter);
  const rows = useMemo(() => rowsOf(table, JSON.parse(key) as Filter), [table, key]);
  const set = (name: keyof Filter, value: string): void => {
    const words = new URLSearchParams(Object.entries({ ...filter, [name]: value }).filter(([, text]) => text !== ''));
    go(`/fleet${words.size === 0 ? '' : `?${words}`}`, { replace: true });
  };
  const outcomes = Object.entries(table.outcomes);
  const causes = [...new Set(table.groups.map(({ id }) => id))];
  return (
    <>
      <p>
        {number(table.rows.length)} hosts: {outcomes.map(([name, count]) => `${number(count)} ${name}`).join(', ')}.{' '}
        <span class="soft">The file was written last at {second(table.writtenAt)} UTC.</span>
      </p>
      {table.groups.length > 0 && (
        <Table
          caption={`Hosts with the same finding, most first${table.groups.length > GROUPS ? `: ${GROUPS} of ${table.groups.length}` : ''}`}
          heads={['Hosts', 'Finding', 'Of the first of them']}
          rows={table.groups.slice(0, GROUPS).map(({ id, verdict, says, count }) => [
            number(count),
            <Link key="id" to={`/fleet?cause=${encodeURIComponent(id)}`}>
              <Foreign text={verdict === undefined ? id : `${id} (${verdict})`} />
            </Link>,
            <Foreign key="says" text={says} />,
          ])}
        />
      )}
      <h2>Hosts and gates</h2>
      <div class="bar-of">
        <label>
          Search <input type="search" value={filter.text} onInput={(event) => set('text', event.currentTarget.value)} />
        </label>
        <Choice
          name="Outcome"
          value={filter.outcome}
          of={outcomes.map(([name]) => name)}
          set={(to) => set('outcome', to)}
        />
        <Choice name="Finding" value={filter.cause} of={causes} set={(to) => set('cause', to)} />
        <Choice name="Group or tag" value={filter.label} of={table.labels} set={(to) => set('label', to)} />
      </div>
      <p class="soft">
        Gates in this order: {table.gates.join(', ')}. {MARKS}.
      </p>
      <p role="status">
        {number(rows.length)} of {number(table.rows.length)} hosts
      </p>
      {rows.length > 0 && (
        <div class="fleet">
          <Virtual
            label="Hosts and gates"
            count={rows.length}
            rowHeight={matchMedia('(max-width: 48rem)').matches ? 84 : 32}
            heads={HEADS}
            of={key}
            row={(index) => {
              const row = rows[index];
              if (row === undefined) return [];
              return [
                <Link key="name" to={`/fleet/${encodeURIComponent(row.name)}?port=${row.port}`}>
                  <Foreign text={row.port === 22 ? row.name : `${row.name}:${row.port}`} />
                </Link>,
                <Marks key="gates" gates={table.gates} letters={row.gates} />,
                row.outcome,
                <Foreign key="says" text={row.says} />,
              ];
            }}
          />
        </div>
      )}
    </>
  );
}

function Choice(o: {
  readonly name: string;
  readonly value: string;
  readonly of: readonly string[];
  readonly set: (value: string) => void;
}) {
  return (
    <label>
      {o.name}{' '}
      <select value={o.value} onChange={(event) => o.set(event.currentTarget.value)}>
        <option value="">all</option>
        {o.of.map((one) => (
          <option key={one} value={one}>
            {visible(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

function One(o: { readonly name: string; readonly port: string }) {
  const answer = useApi<FleetHostGiven>(
    `/api/fleet/host?name=${encodeURIComponent(o.name)}&port=${encodeURIComponent(o.port)}`,
  );
  return (
    <>
      <p>
        <Link to="/fleet">All hosts</Link>
      </p>
      <h1>
        <Foreign text={o.name} />
      </h1>
      <Load of={answer}>
        {(host) => (
          <>
            <p>
              <span class="tag">{host.outcome}</span> <Foreign text={host.says} />
            </p>
            <p class="soft">
              <Foreign text={host.address} /> port {host.port}, asked at {second(Date.parse(host.at))} UTC
              {host.server !== undefined && (
                <>
                  , which calls itself <Foreign text={host.server} />
                </>
              )}
              . Groups and tags: <Foreign text={[...host.groups, ...host.tags].join(', ') || 'none'} />.
            </p>
            {host.gates.length > 0 && (
              <Table
                caption="Gates"
                heads={['Gate', 'Outcome']}
                rows={host.gates.map(({ gate, outcome }) => [gate, outcome])}
              />
            )}
            {host.found.length > 0 && (
              <Table
                caption="Found, what to look at first stands first"
                heads={['Finding', 'Verdict', 'Says']}
                rows={host.found.map(({ id, verdict, says }) => [
                  host.asked === 'harden' ? (
                    <Foreign key="id" text={id} />
                  ) : (
                    <Link key="id" to={`/causes/${id}`}>
                      <Foreign text={id} />
                    </Link>
                  ),
                  verdict ?? '',
                  <Foreign key="says" text={says} />,
                ])}
              />
            )}
          </>
        )}
      </Load>
    </>
  );
}
