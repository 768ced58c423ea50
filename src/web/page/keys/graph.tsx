import { useState } from 'preact/hooks';
import { visible } from '../../../report/escape.ts';
import type { Holder, Way } from '../../api-see.ts';

const [WIDTH, ROW, TOP] = [900, 26, 26];
const BOX = { width: 300, height: 20 };
const LEFT = { x: 0 };
const RIGHT = { x: WIDTH - BOX.width };
/** Beyond this nobody can follow a line with the eye. */
export const MOST_NODES = 40;
export const MOST_LINES = 240;

export interface Shown {
  readonly holders: readonly Holder[];
  readonly accounts: readonly string[];
  readonly ways: readonly Way[];
}

/** What of the ways fits into a picture: the holders that reach most first. `undefined`: all of it. */
export function fitting(holders: readonly Holder[], ways: readonly Way[]): Shown & { readonly left: number } {
  const reach = new Map<string, number>();
  for (const { holder } of ways) reach.set(holder, (reach.get(holder) ?? 0) + 1);
  const some = holders
    .filter(({ id }) => reach.has(id))
    .toSorted((a, b) => (reach.get(b.id) ?? 0) - (reach.get(a.id) ?? 0))
    .slice(0, MOST_NODES);
  const ids = new Set(some.map(({ id }) => id));
  const accounts = [...new Set(ways.flatMap((way) => (ids.has(way.holder) ? [way.to] : [])))].slice(0, MOST_NODES);
  const kept = ways.filter((way) => ids.has(way.holder) && accounts.includes(way.to)).slice(0, MOST_LINES);
  return { holders: some, accounts: accounts.toSorted(byHost), ways: kept, left: ways.length - kept.length };
}

const hostOf = (to: string): string => to.slice(to.lastIndexOf('@') + 1);
const byHost = (a: string, b: string): number => {
  const [one, other] = [`${hostOf(a)} ${a}`, `${hostOf(b)} ${b}`];
  return one < other ? -1 : one > other ? 1 : 0;
};

export const holderName = ({ kind, names, fingerprint }: Holder): string => {
  const name = names[0] ?? fingerprint;
  return kind === 'authority' ? `certificates of ${name}` : name;
};

const short = (text: string): string => {
  const shown = visible(text);
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
};

/** Who on the left, accounts on the right, a line for each way. What has the focus or the pointer shows its lines. */
export function Graph(o: { readonly of: Shown; readonly choose: (text: string) => void }) {
  const [lit, light] = useState<string>();
  const { holders, accounts, ways } = o.of;
  const [left, right] = [new Map(holders.map(({ id }, at) => [id, at])), new Map(accounts.map((to, at) => [to, at]))];
  const y = (at: number | undefined): number => TOP + (at ?? 0) * ROW;
  const height = TOP + Math.max(holders.length, accounts.length, 1) * ROW;
  const isLit = (way: Way): boolean => lit === way.holder || lit === way.to;
  const near = new Set(ways.filter(isLit).flatMap(({ holder, to }) => [holder, to]));
  const node = (id: string, name: string, what: string, at: number, x: number) => (
    // biome-ignore lint/a11y/useSemanticElements: there is no button within a picture.
    <g
      key={id}
      role="button"
      tabIndex={0}
      class={lit === id || near.has(id) ? 'lit' : ''}
      aria-label={`${visible(name)}, ${what}`}
      onMouseEnter={() => light(id)}
      onMouseLeave={() => light(undefined)}
      onFocus={() => light(id)}
      onBlur={() => light(undefined)}
      onClick={() => o.choose(name)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        o.choose(name);
      }}
    >
      <rect x={x} y={y(at)} width={BOX.width} height={BOX.height} rx={4} />
      <text x={x + 8} y={y(at) + 14}>
        {short(name)}
      </text>
    </g>
  );
  const count = (of: (way: Way) => boolean): number => ways.filter(of).length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form.
    <svg
      class={`graph${lit === undefined ? '' : ' some'}`}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="group"
      aria-label="Who reaches which account"
    >
      <text class="soft" x={LEFT.x} y={14}>
        Keys and authorities
      </text>
      <text class="soft" x={RIGHT.x} y={14}>
        Accounts
      </text>
      {ways.map((way) => {
        const [from, to] = [y(left.get(way.holder)) + 10, y(right.get(way.to)) + 10];
        const [a, b] = [LEFT.x + BOX.width, RIGHT.x];
        return (
          <path
            key={`${way.holder} ${way.to} ${way.where}`}
            class={`${way.standing}${isLit(way) ? ' lit' : ''}`}
            d={`M${a} ${from}C${a + 120} ${from} ${b - 120} ${to} ${b} ${to}`}
          />
        );
      })}
      {holders.map((one, at) =>
        node(one.id, holderName(one), `reaches ${count((way) => way.holder === one.id)} accounts`, at, LEFT.x),
      )}
      {accounts.map((to, at) => node(to, to, `is reached by ${count((way) => way.to === to)}`, at, RIGHT.x))}
    </svg>
  );
}
