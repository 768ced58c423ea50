import type { TraceMatch, TraceStep } from '../../model/trace.ts';
import type { Decision } from './journey.ts';
import type { Chain, Field, Rule, Test } from './model.ts';
import { CT_STATE, CT_STATUS, gotOf, type Place, type State } from './packet.ts';
import { holds, type SetFinder } from './test.ts';
import { type Got, showAddress } from './value.ts';

const LONGEST = 160;

/** Where a chain is: "ip filter INPUT". */
export function placeName(chain: Chain): string {
  return `${chain.family} ${chain.table} ${chain.name}`;
}

/** A base chain's policy as its tool writes it. */
export function policyText(chain: Chain): string {
  return chain.section === 'nft'
    ? `policy ${chain.policy ?? 'accept'}`
    : `-P ${chain.name} ${chain.policy === 'drop' ? 'DROP' : 'ACCEPT'}`;
}

function bits(names: Readonly<Record<string, number>>, value: number): string {
  const set = Object.entries(names).flatMap(([name, bit]) => (value & bit ? [name] : []));
  return set.length > 0 ? set.join(',') : '0';
}

/** A value of the packet for people. */
export function showGot(field: Field, got: Got): string | undefined {
  if (got === undefined) return undefined;
  if (got === null) return 'none';
  if (typeof got === 'object') return `${got.low}-${got.high}`;
  if (typeof got === 'string') return got === 'elsewhere' ? 'not local' : got.replace(/^dev /, '');
  if (typeof got === 'bigint' || /addr$/.test(field.name)) return showAddress(got);
  if (field.name === 'l4proto') return 'tcp';
  if (field.name === 'ct state') return bits(CT_STATE, got);
  if (field.name === 'ct status') return bits(CT_STATUS, got);
  if (field.name === 'tcp flags') return got === 2 ? 'syn' : 'syn,ack';
  if (field.name.endsWith('mark')) return `0x${got.toString(16)}`;
  if (field.name === 'hour') return `${Math.floor(got / 3600)}:${String(Math.floor(got / 60) % 60).padStart(2, '0')}`;
  return String(got);
}

/** What a rule wants, for people: nft's JSON made short, or the words of iptables. */
export function showWanted(shown: unknown): string {
  const text = word(shown, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function word(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 4) return '…';
  const inner = (one: unknown): string => word(one, depth + 1);
  if (Array.isArray(value)) return value.slice(0, 8).map(inner).join(',') + (value.length > 8 ? ',…' : '');
  const [[key = '', of] = []] = Object.entries(value);
  if (key === 'prefix') return `${(of as { addr?: unknown }).addr}/${(of as { len?: unknown }).len}`;
  if (key === 'range' && Array.isArray(of)) return `${inner(of[0])}-${inner(of[1])}`;
  if (key === 'set')
    return `{ ${Array.isArray(of) ? `${of.slice(0, 8).map(inner).join(', ')}${of.length > 8 ? ', …' : ''}` : inner(of)} }`;
  if (key === 'concat' && Array.isArray(of)) return of.map(inner).join(' . ');
  if (key === 'elem') return inner((of as { val?: unknown }).val);
  return inner(of);
}

const SIGN: Readonly<Record<string, string>> = { '==': '', in: '', '!=': '!= ', '!': '! ' };

function showTest(test: Test, place: Place, state: State, find: SetFinder): TraceMatch {
  const got = test.fields.map((field) => showGot(field, gotOf(field, place, state)));
  const all = got.every((one) => one !== undefined) ? got.join(' . ') : undefined;
  return {
    field: test.fields.map(({ label }) => label).join(' . '),
    wanted: `${SIGN[test.op] ?? `${test.op} `}${showWanted(test.shown)}`,
    ...(all === undefined ? {} : { got: all }),
    holds: holds(test, place, state, find),
  };
}

/** A rule held against a packet, match by match. */
export function showRule(
  { chain }: Decision,
  rule: Rule,
  place: Place,
  state: State,
  find: SetFinder,
): Omit<TraceStep, 'action'> {
  const matches = rule.statements.flatMap((one): TraceMatch[] => {
    if (one.kind === 'test') return [showTest(one, place, state, find)];
    if (one.kind === 'limit') return [{ field: one.what, wanted: one.text, holds: place.idle ? !one.over : undefined }];
    return one.kind === 'unsure' ? [{ field: one.text, wanted: '?', holds: undefined }] : [];
  });
  return {
    layer: 'host',
    packet: place.reply ? 'reply' : 'request',
    stage: place.hook,
    place: placeName(chain),
    rule: rule.text,
    matches,
    section: rule.section,
    ...(rule.line === undefined ? {} : { line: rule.line }),
  };
}
