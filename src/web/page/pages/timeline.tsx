import { useEffect, useState } from 'preact/hooks';
import type { TimelineAnswer, TimelineKind, Given as Value, WatchNews } from '../../api-see.ts';
import { useKept } from '../parts/ask.ts';
import { Given } from '../parts/given.tsx';
import { useNews } from '../parts/live.ts';
import { length, minute, number, second } from '../parts/when.ts';
import { go } from '../router.tsx';
import { Chart, type Range } from '../timeline/chart.tsx';
import { FoundEvents } from '../timeline/found.tsx';
import { KeyArea } from '../timeline/key-area.tsx';
import { DRAWN, KINDS } from '../timeline/kinds.ts';
import { EventList } from '../timeline/list.tsx';
import { moved } from '../timeline/moves.ts';
import { Numbers } from '../timeline/numbers.tsx';
import type { Page, ViewProps } from './index.ts';
import './see.css';

export const timeline: Page = { path: '/timeline', name: 'Timeline', View: Timeline };

const HOUR = 3_600_000;
const SPANS = [
  { name: 'Hour', ms: HOUR },
  { name: 'Day', ms: 24 * HOUR },
  { name: 'Week', ms: 7 * 24 * HOUR },
  { name: 'All', ms: undefined },
] as const;
const KEYS =
  'Left and right move, Page Up and Page Down by a whole width, + and − zoom, Home and End lead to the edges, 0 shows all.';

/** Places in time, as the address has them: whole milliseconds. */
function rangeOf(query: URLSearchParams): Range | undefined {
  const [since, until] = [Number(query.get('since') ?? Number.NaN), Number(query.get('until') ?? Number.NaN)];
  return Number.isSafeInteger(since) && Number.isSafeInteger(until) && since < until ? { since, until } : undefined;
}

function Timeline({ query }: ViewProps) {
  const range = rangeOf(query);
  const named = ['user', 'from', 'host'].flatMap((name) => {
    const text = query.get(name);
    return text ? [[name, text] as const] : [];
  });
  const [follow, setFollow] = useState(false);
  const news = useNews<WatchNews>('/api/watch/news', follow);
  const room = useRoom();
  const asked = range === undefined ? '' : `&since=${range.since}&until=${range.until}`;
  const answer = useKept<Value<TimelineAnswer>>(`/api/watch/timeline?most=${room.steps}${asked}`, news);
  const to = (next: Range | undefined): void => {
    const words = new URLSearchParams(named.map(([name, text]) => [name, text]));
    if (next !== undefined) {
      words.set('since', `${next.since}`);
      words.set('until', `${next.until}`);
    }
    go(`/timeline${words.size === 0 ? '' : `?${words}`}`, { replace: true });
  };
  // What is new lies at the end, so whoever follows sees the end.
  const last = news?.last;
  const size = range === undefined ? undefined : range.until - range.since;
  useEffect(() => {
    if (follow && last !== undefined && size !== undefined) to({ since: last + 1 - size, until: last + 1 });
  }, [last, follow]);
  return (
    <>
      <h1>Timeline</h1>
      <Given of={answer} commands={['sshwhy watch --store FILE', 'sshwhy serve --store FILE']}>
        {(value) => (
          <Seen
            of={value}
            range={range}
            named={named}
            to={to}
            follow={follow}
            setFollow={setFollow}
            rowHeight={room.rowHeight}
          />
        )}
      </Given>
    </>
  );
}

function Seen(o: {
  readonly of: TimelineAnswer;
  readonly range: Range | undefined;
  readonly named: readonly (readonly [string, string])[];
  readonly to: (range: Range | undefined) => void;
  readonly follow: boolean;
  readonly setFollow: (on: boolean) => void;
  readonly rowHeight: number;
}) {
  const { of, range, to } = o;
  const [kinds, choose] = useState<readonly TimelineKind[]>(KINDS.map(({ kind }) => kind));
  const { span } = of;
  if (span === undefined)
    return <p>The store is there, but nothing has been stored yet. It shows here as soon as it is.</p>;
  const whole = { since: span.counted, until: span.last + 1 };
  const now = range ?? whole;
  const press = (key: string): boolean => {
    const next = moved(now, whole, key);
    if (next === undefined) return false;
    to(next === 'all' ? undefined : next);
    return true;
  };
  const drawn = DRAWN.filter((kind) => kinds.includes(kind) && (kind !== 'drop' || of.counts.drop.some((n) => n > 0)));
  const total = KINDS.map(({ kind }) => ({ kind, count: of.counts[kind].reduce((a, b) => a + b, 0) }));
  const question = new URLSearchParams([
    ...o.named.map(([name, text]) => [name, text]),
    ['since', `${now.since}`],
    ['until', `${now.until}`],
    ['kinds', kinds.join()],
  ]);
  return (
    <>
      <p class="soft">
        {second(now.since)} to {second(now.until)} UTC, in steps of {length(of.stepMs)}.
        {span.first - span.counted > 60_000 &&
          ` Events before ${minute(span.first)} were pruned; their numbers are kept.`}
      </p>
      <div class="bar-of" role="toolbar" aria-label="Range">
        {SPANS.map(({ name, ms }) => (
          <button
            type="button"
            key={name}
            aria-pressed={ms === undefined ? range === undefined : range !== undefined && now.until - now.since === ms}
            onClick={() => to(ms === undefined ? undefined : { since: now.until - ms, until: now.until })}
          >
            {name}
          </button>
        ))}
        {(
          [
            ['ArrowLeft', '←', 'Earlier'],
            ['ArrowRight', '→', 'Later'],
            ['+', '+', 'Zoom in'],
            ['-', '−', 'Zoom out'],
          ] as const
        ).map(([key, sign, name]) => (
          <button type="button" key={key} aria-label={name} title={name} onClick={() => press(key)}>
            {sign}
          </button>
        ))}
        <button type="button" aria-pressed={o.follow} onClick={() => o.setFollow(!o.follow)}>
          Follow
        </button>
      </div>
      <fieldset class="bar-of">
        <legend>Kinds</legend>
        {KINDS.map(({ kind, name }) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={() => {
                const next = KINDS.map((one) => one.kind).filter((one) => (one === kind) !== kinds.includes(one));
                choose(next);
              }}
            />{' '}
            {name} <span class="soft">{number(total.find((one) => one.kind === kind)?.count ?? 0)}</span>
          </label>
        ))}
      </fieldset>
      <KeyArea
        label={`Chart of ${drawn.map((kind) => KINDS.find((one) => one.kind === kind)?.name).join(', ')}`}
        press={press}
      >
        <Chart of={of} kinds={drawn} choose={to} />
      </KeyArea>
      <p class="soft" id="timeline-keys">
        Drag over the chart to look closer. With the keyboard: {KEYS}
      </p>
      <Numbers of={of} />
      <h2>Events</h2>
      <Names named={o.named} range={range} />
      {kinds.length === 0 ? (
        <p>No kind is chosen.</p>
      ) : o.named.length === 0 ? (
        <EventList of={of} kinds={kinds} rowHeight={o.rowHeight} stick={o.follow} />
      ) : (
        <FoundEvents question={`${question}`} />
      )}
    </>
  );
}

/** The list of one user, address or host alone. */
function Names(o: { readonly named: readonly (readonly [string, string])[]; readonly range: Range | undefined }) {
  const value = (name: string): string => o.named.find(([one]) => one === name)?.[1] ?? '';
  return (
    <form
      class="bar-of"
      onSubmit={(event) => {
        event.preventDefault();
        const words = new URLSearchParams();
        for (const [name, text] of new FormData(event.currentTarget)) if (text !== '') words.set(name, String(text));
        if (o.range !== undefined) {
          words.set('since', `${o.range.since}`);
          words.set('until', `${o.range.until}`);
        }
        go(`/timeline${words.size === 0 ? '' : `?${words}`}`);
      }}
    >
      {(
        [
          ['user', 'User'],
          ['from', 'Address'],
          ['host', 'Host'],
        ] as const
      ).map(([name, label]) => (
        <label key={`${name} ${value(name)}`}>
          {label} <input name={name} defaultValue={value(name)} size={16} autocomplete="off" spellcheck={false} />
        </label>
      ))}
      <button type="submit">Find</button>
    </form>
  );
}

/** How many steps there is room for, and how high a row of the list is. */
function useRoom(): { readonly steps: number; readonly rowHeight: number } {
  const measure = () => {
    const narrow = matchMedia('(max-width: 48rem)').matches;
    return { steps: Math.min(1000, Math.max(100, Math.round(innerWidth / 100) * 100)), rowHeight: narrow ? 76 : 30 };
  };
  const [room, set] = useState(measure);
  useEffect(() => {
    const resized = (): void =>
      set((before) => {
        const now = measure();
        return now.steps === before.steps && now.rowHeight === before.rowHeight ? before : now;
      });
    addEventListener('resize', resized);
    return () => removeEventListener('resize', resized);
  }, []);
  return room;
}
