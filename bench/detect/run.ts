import { ATTACKS, type Truth } from './attacks.ts';
import { company, DAY, normalDay } from './normal.ts';
import { random } from './random.ts';
import { replay } from './replay.ts';
import { judge, type Score } from './score.ts';
import { surroundings } from './surroundings.ts';
import { host, templates } from './templates.ts';

const SUITES = ['bullseye', 'bookworm', 'trixie'] as const;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);
const LEARNING_WEEKS = 3;
/** Days of each kind; between them are normal ones. */
const ROUNDS = 2;

/**
 * One company, some months of it: weeks to learn in, then a day of each kind among normal ones, twice. Attacks that need people
 * at work fall on working days. Returns the number of lines.
 */
export function run(seed: number, into: Score): number {
  const dice = random(seed);
  const firm = company(dice);
  const suite = SUITES[seed % SUITES.length] as string;
  const machine = host(templates(suite), dice);
  const own = new Set([firm.office, firm.administrator, firm.balancer, ...firm.people.map(({ home }) => home)]);
  const ours = (address: string): boolean =>
    own.has(address) || address.startsWith('10.') || firm.crons.some(({ from }) => from === address);
  const beside = surroundings(suite, templates(suite), random(seed + 1_000_000), ours);
  const watch = replay();
  const kinds = Array.from({ length: ROUNDS }, () => Object.keys(ATTACKS).toSorted(() => dice.next() - 0.5)).flat();
  const days: number[] = [];
  const truths: Truth[] = [];
  const travelled = new Set<string>();
  let day = START;
  let lines = 0;
  const learning = START + LEARNING_WEEKS * 7 * DAY;
  while (day < learning || kinds.length > 0) {
    const weekday = new Date(day).getUTCDay();
    // On two working days of three something is done; weekends are for themselves.
    const attack = day >= learning && weekday >= 1 && weekday <= 5 && dice.next() < 0.7 ? kinds.pop() : undefined;
    const told =
      attack === undefined ? undefined : ATTACKS[attack]?.({ host: machine, random: dice, company: firm, day });
    if (told !== undefined) truths.push(told.truth);
    if (day >= learning) days.push(day);
    for (const from of normalDay(machine, dice, firm, day, told?.otherwise)) travelled.add(from);
    // What an attack goes on with after midnight is written then.
    const all = beside.around(machine.take(day + DAY), day, told?.truth.from ?? new Set());
    const written = told?.through === undefined ? all : all.flatMap((line) => told.through?.(line) ?? []);
    watch.feed(written);
    lines += written.length;
    day += DAY;
  }
  judge(into, { seed, days, truths, travelled, signals: watch.signals, changes: watch.changes });
  return lines;
}
