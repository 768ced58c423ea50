import { type SecondLogin, secondSshdScript } from '../collect/script.ts';
import { addresses } from '../facts/addresses.ts';
import { pathOfSection } from '../facts/bundle.ts';
import { keyValues } from '../facts/key-value.ts';
import { type Directive, type SshdConfig, sshdConfig } from '../facts/sshd/index.ts';
import type { Bundle } from '../model/bundle.ts';
import { LookError, UsageError } from '../model/errors.ts';
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

/** The login that is tried. */
export interface BisectQuestion {
  readonly user: string;
  /** Address of the client, for what hangs on it; without one the login comes from the machine itself. */
  readonly from?: string;
  readonly port?: number;
  readonly key?: UserKey;
}

/** A public key of the user: `type` and `blob` (base64) as in its file, `bits` of an RSA key. */
export interface UserKey {
  readonly type: string;
  readonly blob: string;
  readonly bits?: number;
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
  question: BisectQuestion,
  o: { signal?: AbortSignal; progress?: (text: string) => void },
): Promise<Bisected> {
  const { user, key, ...asked } = question;
  const bundle = await collectServer(door, { user, ...asked }, o);
  const config = sshdConfig.read(bundle);
  if (!config.known) throw new LookError(`${door.name}: sshd_config could not be read (${config.gap})`);
  const files = key ? filesWith(bundle, key) : [];
  const all = linesOf(config.value, files.length === 0);
  const login = {
    user,
    ...wayOf(bundle, question),
    ...(key && { key: { type: keygenType(key.type), ...(key.bits !== undefined && { bits: key.bits }) } }),
    ...(key && files.length > 0 && { stands: { files, key: key.blob } }),
  };
  let trials = 0;
  let said = '';
  let otherwise: readonly string[] = [];
  const attempt = async (lines: readonly Directive[]): Promise<Trial> => {
    o.progress?.(`login ${++trials}, with ${lines.length} of ${all.length} lines`);
    const script = secondSshdScript({ ...login, lines: configOf(lines, otherwise) });
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

  let bare: Trial = { works: false, said: '' };
  // sshd itself knows PAM only where it is told to, and every distribution tells it; keys may stand where a line says.
  const needed = ['UsePAM yes', ...(files.length > 0 ? [`AuthorizedKeysFile ${files.map(quoted).join(' ')}`] : [])];
  for (let count = 0; count <= needed.length && !bare.works; count++) {
    otherwise = needed.slice(0, count);
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

function linesOf(config: SshdConfig, ownKeysFile: boolean): readonly Directive[] {
  // Where the key of the trial is authorized by a file of its own, other files have no say.
  const left = ownKeysFile ? new Set([...OF_THE_FIRST, 'authorizedkeysfile']) : OF_THE_FIRST;
  return config.directives.filter(({ keyword }) => !left.has(keyword));
}

const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);

/** Files of the server that were read and in which the key stands: those that authorize it, and lists that revoke it. */
function filesWith({ sections }: Bundle, { blob }: UserKey): readonly string[] {
  return Object.entries(sections).flatMap(([name, { status, text }]) => {
    const path = status === 'ok' && text.includes(blob) ? pathOfSection(name) : undefined;
    return path === undefined || /[\n"]/.test(path) ? [] : [path];
  });
}

/** Addresses for a network of its own; the server has one of its real ones, so that LocalAddress blocks see it. */
function wayOf(bundle: Bundle, { from, port = 22 }: BisectQuestion): Pick<SecondLogin, 'way'> {
  if (from === undefined) return {};
  const v6 = from.includes(':');
  const own = addresses.read(bundle);
  const fits = (address: string) => address.includes(':') === v6 && !/^(127\.|::1$|fe80:)/.test(address);
  const to = own.known ? [...own.value].find(fits) : undefined;
  return { way: { from, to: to ?? (v6 ? '2001:db8::1' : '192.0.2.1'), port } };
}

/** @throws UsageError for a key that ssh-keygen cannot make another one of. */
function keygenType(type: string): string {
  const [, plain, curve] = /^(?:ssh-(rsa|ed25519)|(ecdsa)-sha2-nistp\d{3})$/.exec(type) ?? [];
  const found = plain ?? curve;
  if (found === undefined) throw new UsageError(`no key of type ${type} can be made for a trial; leave --key out`);
  return found;
}
