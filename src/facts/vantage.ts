import { keyValues } from './key-value.ts';
import { family } from './source.ts';

/** The endpoint as one other machine sees it. */
export interface Vantage {
  /** Door to the machine, as the user named it. */
  readonly name: string;
  /** What the name resolves to there, in the order of getaddrinfo(3); empty for a literal, or where it could not be asked. */
  readonly addresses: readonly string[];
  /** Absent when nobody there could make a connection. */
  readonly outcome?: 'open' | 'refused' | 'timed-out' | 'unreachable' | 'unresolved' | 'error';
  readonly ms?: number;
  /** First line of the server. Hostile. */
  readonly banner?: string;
  /** Address that the machine sends from. */
  readonly from?: string;
  /** Program that made the connection. */
  readonly tool?: string;
  /** Its words when there was none. */
  readonly said?: string;
  /** Bundle section. */
  readonly section: string;
}

const OUTCOMES = ['open', 'refused', 'timed-out', 'unreachable', 'unresolved', 'error'] as const;
export const VANTAGE_PREFIX = 'vantage:';
const ADDRESSES_MAX = 8;

const encode = (name: string): string => name.replace(/[%\s\p{Cc}]/gu, (char) => encodeURIComponent(char));

/** Name of the section that holds what a door's machine saw. */
export const vantageSection = (name: string): string => VANTAGE_PREFIX + encode(name);

/**
 * What was said of each endpoint, by its place among those that were asked for (from 1), in the form of a section. What was cut short,
 * or is mixed up, is left out.
 */
export function vantageBlocks(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  let at: number | undefined;
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const [, word, digits] = /^(target|end)=(\d{1,9})$/.exec(line) ?? [];
    if (word === 'target') [at, lines] = [Number(digits), []];
    else if (word === 'end') {
      if (at === Number(digits)) found.set(at, lines.join('\n'));
      at = undefined;
    } else if (at !== undefined && lines.length < LINES_MAX) lines.push(line);
  }
  return found;
}

const LINES_MAX = 100;

/** What other machines say of the same endpoint (`--vantage`); written by src/collect/vantage.sh. */
export const vantages = family<readonly Vantage[]>(
  'path',
  VANTAGE_PREFIX,
  'name, TCP connection and first line of the same endpoint as other machines see it; times in milliseconds',
  (members) =>
    [...members].map(([key, { status, text, detail }]): Vantage => {
      const name = key.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      const section = VANTAGE_PREFIX + key;
      if (status !== 'ok') return { name, addresses: [], section, said: detail ?? status };
      const said = keyValues(text);
      const one = (word: string): string | undefined => said.get(word)?.[0] || undefined;
      const outcome = OUTCOMES.find((each) => each === one('outcome'));
      const ms = Number(one('ms'));
      const [banner, from, tool, words] = [one('banner'), one('from'), one('tool'), one('said')];
      return {
        name,
        addresses: (said.get('address') ?? []).slice(0, ADDRESSES_MAX),
        section,
        ...(outcome === undefined ? {} : { outcome }),
        ...(ms >= 0 ? { ms } : {}),
        ...(banner === undefined ? {} : { banner }),
        ...(from === undefined ? {} : { from }),
        ...(tool === undefined ? {} : { tool }),
        ...(words === undefined ? {} : { said: words }),
      };
    }),
  'vantages',
);
