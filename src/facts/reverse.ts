import type { Evidence } from '../model/finding.ts';
import { keyValues } from './key-value.ts';
import { section } from './source.ts';

/** The client's name as the server finds it. */
export interface Reverse {
  /** Name of the address; absent when it has none. */
  readonly ptr?: string;
  /** Addresses of that name. */
  readonly forward: readonly string[];
  /** Milliseconds that each of the two took. */
  readonly ptrMs: number;
  readonly forwardMs: number;
  /** Nobody waited for the end of it. */
  readonly cut: boolean;
  readonly evidence: readonly Evidence[];
}

/** What timeout(1) returns. */
const CUT = '124';

/** Null where sshd does not ask for names. */
export const reverse = section(
  'server',
  'reverse',
  'the name of the client and its addresses, with the time each took, where UseDNS makes sshd ask (getent(1))',
  (text): Reverse | null => {
    if (text === null) return null;
    const values = keyValues(text);
    const one = (key: string): string | undefined => values.get(key)?.[0];
    const ms = (key: string): number => Math.max(0, Number(one(key)) || 0);
    const ptr = one('ptr');
    return {
      ...(ptr === undefined ? {} : { ptr: ptr.toLowerCase() }),
      forward: values.get('forward') ?? [],
      ptrMs: ms('ptr-ms'),
      forwardMs: ms('forward-ms'),
      cut: one('ptr-rc') === CUT || one('forward-rc') === CUT,
      evidence: text
        .split('\n')
        .map((line, i): Evidence => ({ side: 'server', section: 'reverse', line: i + 1, text: line }))
        .filter(({ text: line }) => /^(?:ptr|forward|ptr-ms|forward-ms)=/.test(line)),
    };
  },
);
