import type { Incident } from '../../../model/watch.ts';
import type { IncidentGiven, IncidentLine, Given as Value, WatchNews } from '../../api-see.ts';
import { Around } from '../incident/around.tsx';
import { useKept } from '../parts/ask.ts';
import { Foreign } from '../parts/foreign.tsx';
import { Given } from '../parts/given.tsx';
import { useNews } from '../parts/live.ts';
import { Load, useApi } from '../parts/load.tsx';
import { Table } from '../parts/table.tsx';
import { minute, second } from '../parts/when.ts';
import { Link } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';
import './see.css';

export const incidents: Page = {
  path: '/incidents',
  name: 'Incidents',
  View: ({ rest }: ViewProps) => (rest === '' ? <List /> : <One id={decodeURIComponent(rest)} />),
};

const URGENCY = { page: 'Page', notice: 'Notice', note: 'Note' } as const;
const RANK = { page: 0, notice: 1, note: 2 } as const;

/** How urgent it is, in words first. */
const Urgency = (o: { readonly of: Incident['urgency'] }) => <span class={`urgency-${o.of}`}>{URGENCY[o.of]}</span>;

function List() {
  const news = useNews<WatchNews>('/api/watch/news', true);
  const answer = useKept<Value<readonly IncidentLine[]>>('/api/watch/incidents', news);
  return (
    <>
      <h1>Incidents</h1>
      <Given of={answer} commands={['sshwhy watch --store FILE', 'sshwhy serve --store FILE']}>
        {(all) =>
          all.length === 0 ? (
            <p>There was no incident. What a watch finds shows here by itself.</p>
          ) : (
            (['open', 'closed'] as const).map((state) => (
              <Lines key={state} state={state} all={all.filter((one) => one.state === state)} />
            ))
          )
        }
      </Given>
    </>
  );
}

function Lines(o: { readonly state: Incident['state']; readonly all: readonly IncidentLine[] }) {
  const sorted = o.all.toSorted((a, b) => RANK[a.urgency] - RANK[b.urgency] || b.updated - a.updated);
  const title = o.state === 'open' ? 'Going on' : 'Over';
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {sorted.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table
          caption={`${title}: ${sorted.length}, the most urgent first`}
          heads={['Urgency', 'What', 'Began (UTC)', 'Last (UTC)', 'Signals']}
          rows={sorted.map(({ id, urgency, title: what, opened, updated, signals }) => [
            <Urgency key="urgency" of={urgency} />,
            <Link key="what" to={`/incidents/${encodeURIComponent(id)}`}>
              <Foreign text={what} />
            </Link>,
            minute(opened),
            minute(updated),
            signals,
          ])}
        />
      )}
    </section>
  );
}

function One({ id }: { readonly id: string }) {
  const answer = useApi<IncidentGiven>(`/api/watch/incident?id=${encodeURIComponent(id)}`);
  return (
    <>
      <p>
        <Link to="/incidents">All incidents</Link>
      </p>
      <Load of={answer}>{(given) => <Whole given={given} />}</Load>
      {answer.state !== 'ready' && <h1>Incident</h1>}
    </>
  );
}

function Whole({ given }: { readonly given: IncidentGiven }) {
  const { incident, around, more, types } = given;
  const { about, advice, causes, opened, signals, state, story, title, updated, urgency } = incident;
  const margin = Math.max(60_000, (updated - opened) / 4);
  const range = `since=${Math.floor(opened - margin)}&until=${Math.ceil(updated + margin)}`;
  return (
    <>
      <h1>
        <Foreign text={title} />
      </h1>
      <p>
        <span class="tag">
          <Urgency of={urgency} />
        </span>
        <span class="tag">{state === 'open' ? 'going on' : 'over'}</span> {second(opened)} to {second(updated)} UTC.{' '}
        <Link to={`/timeline?${range}`}>This time in the timeline</Link>
      </p>
      {Object.entries(about).length > 0 && (
        <p>
          About{' '}
          {Object.entries(about).map(([what, whom], at) => (
            <>
              {at > 0 && ', '}
              {WHOM[what] ?? what}{' '}
              {what === 'network' ? (
                <Foreign text={whom} />
              ) : (
                <Link to={`/timeline?${what}=${encodeURIComponent(whom)}&${range}`}>
                  <Foreign text={whom} />
                </Link>
              )}
            </>
          ))}
          .
        </p>
      )}
      {advice.length > 0 && (
        <>
          <h2>What to do</h2>
          <ol class="story">
            {advice.map((text) => (
              <li key={text}>
                <Foreign text={text} />
              </li>
            ))}
          </ol>
        </>
      )}
      {causes.length > 0 && (
        <p>
          What may be behind it:{' '}
          {causes.map((cause, at) => (
            <>
              {at > 0 && ', '}
              <Link key={cause} to={`/causes/${cause}`}>
                {cause}
              </Link>
            </>
          ))}
          .
        </p>
      )}
      <h2>What happened</h2>
      <ol class="story">
        {story.map((text, at) => (
          <li key={`${at} ${text}`}>
            <Foreign text={text} />
          </li>
        ))}
      </ol>
      <h2>Signals</h2>
      <Table
        caption="What detectors saw, oldest first"
        heads={['At (UTC)', 'Detector', 'Says', 'Measured']}
        rows={signals.map((signal) => [
          second(signal.at),
          signal.detector,
          <Foreign key="says" text={signal.says} />,
          Object.entries(signal.measure)
            .map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`)
            .join(', '),
        ])}
      />
      <h2>Around it</h2>
      <Around all={around} types={types} more={more} opened={opened} updated={updated} />
    </>
  );
}

const WHOM: Readonly<Record<string, string>> = { host: 'host', user: 'user', from: 'address', network: 'network' };
