import { useState } from 'preact/hooks';
import type { Surrounding, TypeWords, Why } from '../../api-see.ts';
import { Virtual } from '../parts/virtual.tsx';
import { second } from '../parts/when.ts';
import { eventCells } from '../timeline/event.tsx';

const WHY: readonly { readonly why: Why; readonly name: string }[] = [
  { why: 'evidence', name: 'Evidence' },
  { why: 'address', name: 'Same address' },
  { why: 'user', name: 'Same user' },
  { why: 'ban', name: 'Bans and drops' },
  { why: 'service', name: 'Service' },
];
const HEADS = ['Time (UTC)', 'Why it is here', 'Kind', 'User', 'From', 'What'] as const;

/** What lies around an incident: when of what in a picture, and each event in a list. */
export function Around(o: {
  readonly all: readonly Surrounding[];
  readonly types: Readonly<Record<string, TypeWords>>;
  readonly more: boolean;
  readonly opened: number;
  readonly updated: number;
}) {
  const [chosen, choose] = useState<readonly Why[]>(WHY.map(({ why }) => why));
  const shown = o.all.filter(({ why }) => chosen.includes(why));
  if (o.all.length === 0) return <p>The events of that time are no longer kept.</p>;
  return (
    <>
      <fieldset class="bar-of">
        <legend>Show</legend>
        {WHY.map(({ why, name }) => (
          <label key={why}>
            <input
              type="checkbox"
              checked={chosen.includes(why)}
              onChange={() => choose(WHY.map((one) => one.why).filter((one) => (one === why) !== chosen.includes(one)))}
            />{' '}
            {name} <span class="soft">{o.all.filter((one) => one.why === why).length}</span>
          </label>
        ))}
      </fieldset>
      <Lanes all={shown} opened={o.opened} updated={o.updated} />
      {o.more && <p class="soft">There was more: the timeline has all of it.</p>}
      <Virtual
        label={`${shown.length} events, oldest first`}
        count={shown.length}
        rowHeight={matchMedia('(max-width: 48rem)').matches ? 76 : 30}
        heads={HEADS}
        of={chosen.join()}
        row={(index) => {
          const one = shown[index];
          const [time, , ...rest] = eventCells(one?.event, o.types);
          return [time, WHY.find(({ why }) => why === one?.why)?.name, ...rest];
        }}
      />
    </>
  );
}

const [WIDTH, LANE, LEFT] = [900, 22, 120];

/** A mark for each event, a lane for each reason; the time of the incident itself is shaded. */
function Lanes(o: { readonly all: readonly Surrounding[]; readonly opened: number; readonly updated: number }) {
  const times = o.all.map(({ event }) => event.at);
  const [from, to] = [Math.min(o.opened, ...times), Math.max(o.updated, ...times) + 1];
  const x = (at: number): number => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - 10);
  const lanes = WHY.filter(({ why }) => o.all.some((one) => one.why === why));
  const height = lanes.length * LANE + 22;
  const summary = lanes
    .map(({ why, name }) => {
      const some = o.all.filter((one) => one.why === why);
      return `${name}: ${some.length}, ${second(some[0]?.event.at ?? 0)} to ${second(some.at(-1)?.event.at ?? 0)}`;
    })
    .join('; ');
  return (
    <svg class="lanes" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`When: ${summary}`}>
      <rect class="during" x={x(o.opened)} y={0} width={Math.max(2, x(o.updated) - x(o.opened))} height={height - 20} />
      {lanes.map(({ why, name }, lane) => (
        <g key={why} class={why}>
          <text x={0} y={lane * LANE + 15}>
            {name}
          </text>
          {[...new Set(o.all.filter((one) => one.why === why).map(({ event }) => Math.round(x(event.at))))].map(
            (at) => (
              <line key={at} x1={at} x2={at} y1={lane * LANE + 3} y2={lane * LANE + LANE - 3} />
            ),
          )}
        </g>
      ))}
      <text class="soft" x={LEFT} y={height - 5}>
        {second(from)}
      </text>
      <text class="soft end" x={WIDTH - 10} y={height - 5}>
        {second(to)}
      </text>
    </svg>
  );
}
