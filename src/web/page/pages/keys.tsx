import { useMemo } from 'preact/hooks';
import type { Holder, KeysGiven, Reach, Way } from '../../api-see.ts';
import { fitting, Graph, holderName } from '../keys/graph.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Given } from '../parts/given.tsx';
import { useApi } from '../parts/load.tsx';
import { Table } from '../parts/table.tsx';
import { Virtual } from '../parts/virtual.tsx';
import { number } from '../parts/when.ts';
import { go } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';
import './see.css';

export const keys: Page = { path: '/keys', name: 'Keys', View: Keys };

const HEADS = ['Who', 'Reaches', 'Standing', 'How', 'Last login', 'Line and options'] as const;
const STANDING = { open: 'open', closed: 'closed', unknown: 'not known' } as const;

function Keys({ query }: ViewProps) {
  const answer = useApi<KeysGiven>('/api/keys');
  return (
    <>
      <h1>Who can reach what</h1>
      <Given
        of={answer}
        commands={[
          'sshwhy keys list --on ssh:root@HOST --on ssh:root@OTHER --json > KEYS.json',
          'sshwhy serve --keys KEYS.json',
        ]}
      >
        {(reach) => <Whole reach={reach} query={query} />}
      </Given>
    </>
  );
}

interface Filter {
  readonly text: string;
  /** What cannot be used now is left out unless it is asked for. */
  readonly closed: boolean;
  readonly straight: boolean;
}

function waysOf(
  { ways }: Reach,
  holders: ReadonlyMap<string, Holder>,
  { text, closed, straight }: Filter,
): readonly Way[] {
  const wanted = text.toLowerCase();
  return ways.filter((way) => {
    if (!closed && way.standing === 'closed') return false;
    if (straight && way.via.length > 0) return false;
    if (wanted === '') return true;
    const holder = holders.get(way.holder);
    const words = [
      way.to,
      way.where,
      ...way.via,
      ...(holder ? [holderName(holder), holder.fingerprint, ...holder.names] : []),
    ];
    return words.some((one) => one.toLowerCase().includes(wanted));
  });
}

function Whole(o: { readonly reach: Reach; readonly query: URLSearchParams }) {
  const { reach } = o;
  const filter: Filter = {
    text: o.query.get('text') ?? '',
    closed: o.query.get('closed') === '1',
    straight: o.query.get('straight') === '1',
  };
  const key = JSON.stringify(filter);
  const holders = useMemo(() => new Map(reach.holders.map((one) => [one.id, one])), [reach]);
  const ways = useMemo(() => waysOf(reach, holders, JSON.parse(key) as Filter), [reach, holders, key]);
  const shown = useMemo(() => fitting(reach.holders, ways), [reach, ways]);
  const set = (next: Partial<Filter>): void => {
    const { text, closed, straight } = { ...filter, ...next };
    const words = new URLSearchParams([
      ...(text === '' ? [] : [['text', text]]),
      ...(closed ? [['closed', '1']] : []),
      ...(straight ? [['straight', '1']] : []),
    ]);
    go(`/keys${words.size === 0 ? '' : `?${words}`}`, { replace: true });
  };
  return (
    <>
      <p>
        {number(reach.holders.length)} keys and authorities, {number(reach.hosts.length)} hosts.{' '}
        <span class="soft">
          A name is what somebody wrote behind a key, and no proof of whose it is. A way over another account needs the
          private key that lies there, which may have a passphrase.
        </span>
      </p>
      <div class="bar-of">
        <label>
          Search{' '}
          <input type="search" value={filter.text} onInput={(event) => set({ text: event.currentTarget.value })} />
        </label>
        <label>
          <input type="checkbox" checked={filter.straight} onChange={() => set({ straight: !filter.straight })} /> only
          straight
        </label>
        <label>
          <input type="checkbox" checked={filter.closed} onChange={() => set({ closed: !filter.closed })} /> also what
          is closed
        </label>
      </div>
      <p role="status">
        {number(ways.length)} of {number(reach.ways.length)} ways
        {reach.cut && ', which are not all: there were too many'}
      </p>
      {ways.length > 0 && (
        <>
          <h2>As a graph</h2>
          <p class="soft">
            A whole line: open. Dashed: not known. Dotted: closed.
            {shown.left > 0 && ` ${number(shown.left)} ways more are in the table; search to see them here.`}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard (WCAG 2.1.1). */}
          <section class="scroll graphs" aria-label="Graph" tabIndex={0}>
            <Graph of={shown} choose={(text) => set({ text: text.replace(/^certificates of /, '') })} />
          </section>
          <h2>As a table</h2>
          <div class="ways">
            <Virtual
              label="Ways into accounts"
              count={ways.length}
              rowHeight={matchMedia('(max-width: 48rem)').matches ? 96 : 32}
              heads={HEADS}
              of={key}
              row={(index) => rowOf(ways[index], holders)}
            />
          </div>
        </>
      )}
      {reach.failed.length > 0 && (
        <Table
          caption="Hosts that could not be looked at"
          heads={['Host', 'Why']}
          rows={reach.failed.map(({ door, error }) => [
            <Foreign key="door" text={door} />,
            <Foreign key="error" text={error} />,
          ])}
        />
      )}
      {reach.blind.length > 0 && (
        <Table
          caption="What was not seen: there may be ways that are not told here"
          heads={['Host', 'What', 'Why']}
          rows={reach.blind
            .slice(0, 200)
            .map(({ host, what, why }) => [
              <Foreign key="host" text={host} />,
              <Foreign key="what" text={what} />,
              <Foreign key="why" text={why} />,
            ])}
        />
      )}
    </>
  );
}

function rowOf(way: Way | undefined, holders: ReadonlyMap<string, Holder>) {
  if (way === undefined) return [];
  const holder = holders.get(way.holder);
  const to = way.account === '*' ? `whom a certificate names, on ${way.host}` : way.to;
  return [
    <Foreign key="who" text={holder ? `${holderName(holder)} (${holder.type})` : way.holder} />,
    <Foreign key="to" text={to} />,
    STANDING[way.standing],
    way.via.length === 0 ? 'straight' : <Foreign key="via" text={`over ${way.via.join(', ')}`} />,
    <Foreign
      key="last"
      text={way.lastLogin === undefined ? '' : `${way.lastLogin.slice(0, 10)} ${way.lastFrom ?? ''}`}
    />,
    <Foreign key="where" text={way.options === '' ? way.where : `${way.where} ${way.options}`} />,
  ];
}
