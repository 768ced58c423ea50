import { ambiguous, type EventType, FIELDS, type Program, patternOf } from '../../knowledge/events/event.ts';
import { eventTypes } from '../../knowledge/events/index.ts';
import { compiled } from './compiled.gen.ts';
import { matcher } from './match.ts';
import { page } from './page.ts';
import { type Matcher, patternMatcher } from './pattern.ts';
import type { Spans } from './tokens.ts';
import { LEAF, unpacked16, unpacked32, unpackedCrossings } from './unpack.ts';

/** What a message said. */
export interface Match {
  readonly type: EventType;
  /** Its text can be read in two ways, so nothing of it says who it was. */
  readonly forged: boolean;
  /** Bit set of the fields, by their index in FIELDS, whose places were written; of them -1 is none, too. */
  readonly slots: number;
}

const ALL = (1 << FIELDS.length) - 1;
const spare: Spans = new Int32Array(FIELDS.length * 2);

/** What tells whether a message is one that bytes alone cannot tell, and what it said. */
type Pattern = (from: number, to: number, spans: Spans) => Match | undefined;

function patternTeller(said: Match, says: string): Pattern {
  const pattern: Matcher = patternMatcher(patternOf(says));
  if (!ambiguous(says)) return (from, to, spans) => (pattern(from, to, spans) ? said : undefined);
  // The other reading of a message in which text of the other side stands on both sides of the address.
  const otherwise = patternMatcher(patternOf(says, 'lazy'));
  const forged: Match = { ...said, forged: true };
  return (from, to, spans) => {
    if (!pattern(from, to, spans)) return undefined;
    if (otherwise(from, to, spare) && spans.every((at, j) => at === spare[j])) return said;
    spans.fill(-1);
    return forged;
  };
}

/** Within a function for the sake of its constants, see `matcher`. */
function table(): (program: Program, from: number, to: number, spans: Spans) => Match | undefined {
  const { bytes } = page;
  const candidates = unpacked16(compiled.candidates);
  const { places, ways } = unpackedCrossings(compiled.crossings);
  const fits = matcher(unpacked32(compiled.code));
  /** What each candidate says, and its pattern, made when it is first needed. */
  const says: (Match | undefined)[] = new Array<undefined>(candidates.length / 3).fill(undefined);
  const patterns: (Pattern | undefined)[] = new Array<undefined>(compiled.patterns.length).fill(undefined);
  const { sshd = 0, pam = 0 } = compiled.starts;

  function saidOf(item: number): Match {
    const type = eventTypes[candidates[item * 3] as number] as EventType;
    return (says[item] ??= { type, forged: false, slots: candidates[item * 3 + 1] as number });
  }

  function patternAt(item: number, index: number): Pattern {
    return (patterns[index] ??= patternTeller({ ...saidOf(item), slots: ALL }, compiled.patterns[index] as string));
  }

  return function typed(program, from, to, spans) {
    // Of the two programs that nearly all lines are of, without a look into the record.
    let one = program === 'sshd' ? sshd : program === 'pam' ? pam : (compiled.starts[program] ?? 0);
    for (let at = places[one] as number; at !== LEAF; at = places[one] as number) {
      const code = bytes[at >= 0 ? from + at : Math.max(0, to + at)] as number;
      one = ways[(one << 7) | (code & 127)] as number;
    }
    const leaf = one << 7;
    const last = leaf + (ways[leaf] as number);
    for (let i = leaf + 1; i <= last; i++) {
      const item = ways[i] as number;
      const code = candidates[item * 3 + 2] as number;
      if (code < 0) {
        const found = patternAt(item, -1 - code)(from, to, spans);
        if (found !== undefined) return found;
      } else if (fits(code, from, to, spans)) return says[item] ?? saidOf(item);
    }
    return undefined;
  };
}

/** The type of the message between `from` and `to`; undefined: of no type. Fields of it are in `spans`. */
export const typed = table();
