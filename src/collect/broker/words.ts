import type { Signal } from '../../model/watch.ts';
import type { HostWord } from '../../reason/watch/host-words.ts';
import { eventIn, isTime, MOST, packed, unpacked } from './message.ts';

export const encodedWords = (words: readonly HostWord[]): Uint8Array => packed({ words });

/**
 * The words of a message, or why there are none. Only centres may publish them, which are believed what they say; it is made sure
 * that detectors and incidents find what they count on.
 */
export function decodedWords(data: Uint8Array): readonly HostWord[] | string {
  const found = unpacked(data);
  if (typeof found === 'string') return found;
  const { words } = found;
  if (!Array.isArray(words) || words.length > MOST.events) return 'it has no words of hosts';
  const read = words.map(wordIn);
  const bad = read.indexOf(undefined);
  return bad === -1 ? (read as HostWord[]) : `word ${bad + 1} of it is none`;
}

const KINDS: readonly unknown[] = ['failed', 'in', 'dropped'];
const FAMILIAR: readonly unknown[] = ['network', 'user', 'nobody'];
const URGENCIES: readonly unknown[] = ['page', 'notice', 'note'];

function wordIn(value: unknown): HostWord | undefined {
  const { event: given, attempt, signals = [] } = (value ?? {}) as Record<string, unknown>;
  const event = given === undefined ? undefined : eventIn(given);
  if (given !== undefined && event === undefined) return undefined;
  if (attempt !== undefined && (event === undefined || !isAttempt(attempt))) return undefined;
  if (!Array.isArray(signals) || !signals.every(isSignal)) return undefined;
  if (event === undefined && signals.length === 0) return undefined;
  return {
    ...(event !== undefined && { event }),
    ...(attempt !== undefined && { attempt: attempt as NonNullable<HostWord['attempt']> }),
    ...(signals.length > 0 && { signals: signals as readonly Signal[] }),
  };
}

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

function isAttempt(value: unknown): boolean {
  const { kind, now, host, user, from, network, known } = (value ?? {}) as Record<string, unknown>;
  const { of, days, logins } = (known ?? {}) as Record<string, unknown>;
  return (
    KINDS.includes(kind) &&
    isTime(now) &&
    typeof host === 'string' &&
    [user, from, network].every(isText) &&
    FAMILIAR.includes(of) &&
    typeof days === 'number' &&
    typeof logins === 'number'
  );
}

function isSignal(value: unknown): boolean {
  const { detector, at, urgency, about, says, measure, evidence } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof detector === 'string' &&
    isTime(at) &&
    URGENCIES.includes(urgency) &&
    typeof about === 'object' &&
    about !== null &&
    Object.values(about).every((one) => typeof one === 'string') &&
    typeof says === 'string' &&
    typeof measure === 'object' &&
    measure !== null &&
    Array.isArray(evidence) &&
    evidence.every((one) => eventIn(one) !== undefined)
  );
}
