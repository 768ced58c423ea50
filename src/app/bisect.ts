import { secondSshdScript } from '../collect/script.ts';
import { keyValues } from '../facts/key-value.ts';
import { type Directive, type SshdConfig, sshdConfig } from '../facts/sshd/index.ts';
import { LookError } from '../model/errors.ts';
import { minimize } from '../reason/minimize.ts';
import { clip } from '../report/escape.ts';
import type { Transport } from '../transport/transport.ts';
import { collectServer } from './server.ts';

/** What came of it. `lines`: the smallest set that keeps the login out, in their order. */
export interface Bisected {
  readonly outcome: 'found' | 'not-the-configuration' | 'works';
  readonly lines: readonly Directive[];
  /** How many lines there were to choose from, and how many logins were tried. */
  readonly all: number;
  readonly trials: number;
  /** What the client or the second sshd said when it did not work. */
  readonly said?: string;
}

interface Trial {
  readonly works: boolean;
  readonly said: string;
}

/** These say where sshd listens and who it is, which the second one must not take from the first. */
const OF_THE_FIRST = new Set([
  'port',
  'listenaddress',
  'addressfamily',
  'hostkey',
  'hostcertificate',
  'pidfile',
  'include',
  'match',
]);
const TRIAL_MS = 40_000;

/**
 * The lines as a configuration, each in the Match blocks that it stood in. Blocks override what stands outside of them
 * wherever they stand, so they come last; between the two is room for what counts when no line says otherwise.
 */
export function configOf(lines: readonly Directive[], otherwise: readonly string[] = []): string {
  let block = '';
  const inBlocks = lines
    .filter(({ within }) => within.length > 0)
    .flatMap(({ text, within }) => {
      const criteria = within.map((one) => one.text.trim().replace(/^match[\s=]+/i, '')).join(' ');
      const change = criteria === block ? [] : [`Match ${criteria}`];
      block = criteria;
      return [...change, text];
    });
  const outside = lines.filter(({ within }) => within.length === 0).map(({ text }) => text);
  return [...outside, ...otherwise, ...inBlocks].join('\n');
}

/**
 * Finds the smallest set of lines of sshd_config that keeps a user out, with a second sshd on the server for each try.
 * @throws LookError when no try can be made there.
 */
export async function bisect(
  door: Transport,
  user: string,
  o: { signal?: AbortSignal; progress?: (text: string) => void },
): Promise<Bisected> {
  const bundle = await collectServer(door, { user }, o);
  const config = sshdConfig.read(bundle);
  if (!config.known) throw new LookError(`${door.name}: sshd_config could not be read (${config.gap})`);
  const all = linesOf(config.value);
  let trials = 0;
  let said = '';
  let otherwise: readonly string[] = [];
  const attempt = async (lines: readonly Directive[]): Promise<Trial> => {
    o.progress?.(`login ${++trials}, with ${lines.length} of ${all.length} lines`);
    const script = secondSshdScript({ user, lines: configOf(lines, otherwise) });
    const ran = await door.run(script, { timeoutMs: TRIAL_MS, ...(o.signal ? { signal: o.signal } : {}) });
    o.signal?.throwIfAborted();
    const values = keyValues(ran.stdout);
    const result = values.get('result')?.[0];
    const words = values.get('said')?.[0] ?? '';
    if (result === undefined || result === 'impossible')
      throw new LookError(
        `${door.name}: no second sshd can be tried: ${clip(words || ran.stderr.trim() || 'no answer', 300)}`,
      );
    return { works: result === 'in', said: words };
  };

  let bare = await attempt([]);
  if (!bare.works) {
    // sshd itself knows PAM only where it is told to, and every distribution tells it.
    otherwise = ['UsePAM yes'];
    bare = await attempt([]);
  }
  if (!bare.works) return { outcome: 'not-the-configuration', lines: [], all: all.length, trials, said: bare.said };
  const whole = await attempt(all);
  if (whole.works) return { outcome: 'works', lines: [], all: all.length, trials };
  said = whole.said;
  const lines = await minimize(all, async (part) => {
    const trial = part.length === all.length ? whole : await attempt(part);
    if (!trial.works) said = trial.said;
    return !trial.works;
  });
  return { outcome: 'found', lines, all: all.length, trials, said };
}

function linesOf(config: SshdConfig): readonly Directive[] {
  return config.directives.filter(({ keyword }) => !OF_THE_FIRST.has(keyword));
}
