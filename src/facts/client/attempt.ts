import { ENDINGS, type Ending, STAGES, type Stage } from '../../knowledge/client-messages.ts';
import { section } from '../source.ts';
import { firstLineOf, maybe, num, object, objects, str, strings } from './json.ts';

/** A line of ssh, with its line in the section. */
export interface Said {
  readonly text: string;
  readonly line?: number;
}

export interface OfferedKey extends Said {
  /** File, or the comment of an agent's key. */
  readonly path: string;
  readonly type?: string;
  readonly fingerprint?: string;
  readonly source: 'agent' | 'file';
  readonly accepted: boolean;
}

export interface Methods extends Said {
  readonly methods: readonly string[];
  /** The answer followed an accepted first factor. */
  readonly partial: boolean;
}

export interface HostKey extends Said {
  readonly type: string;
  readonly fingerprint: string;
}

export interface HostKeyState extends Said {
  readonly state: 'known' | 'unknown' | 'changed' | 'revoked';
  /** The known_hosts line that decided. */
  readonly file?: string;
  readonly fileLine?: number;
}

export interface FileTrouble extends Said {
  readonly path: string;
  readonly reason: string;
}

export interface AttemptLog {
  readonly argv: readonly string[];
  readonly rc: number | null;
  readonly ms: number;
  readonly timedOut: boolean;
  readonly stdoutBytes: number;
  readonly stdout: string;
  readonly clientVersion?: string;
  /** Identification of the server's software, e.g. `OpenSSH_9.2p1 Debian-2+deb12u3`. */
  readonly remoteSoftware?: Said;
  readonly kex?: string;
  readonly hostKeyAlgorithm?: string;
  readonly cipher?: string;
  readonly mac?: string;
  readonly hostKey?: HostKey;
  readonly hostKeyState?: HostKeyState;
  /** The server's list when nothing in common was found. */
  readonly theirOffer?: readonly string[];
  readonly methods: readonly Methods[];
  /** Methods the server would take and that were not tried because nobody can be asked here. */
  readonly untried: readonly string[];
  readonly offered: readonly OfferedKey[];
  readonly badKeyFiles: readonly FileTrouble[];
  readonly loadErrors: readonly FileTrouble[];
  readonly missingIdentities: readonly FileTrouble[];
  readonly signErrors: readonly FileTrouble[];
  /** Keys are exchanged and the host key is accepted. */
  readonly authenticating: boolean;
  readonly authenticated?: Said & { readonly method: string };
  /** Exit status of the session; -1 when a signal ended it. */
  readonly exitStatus?: number;
  /** Furthest stage, and milliseconds after the start at which each was reached. */
  readonly stage: Stage;
  readonly stageMs: Readonly<Partial<Record<Stage, number>>>;
  readonly ending: Ending;
  readonly endingSaid?: Said;
  /** What others wrote on standard error: the server's banner, the remote command, a jump host's ssh. Hostile. */
  readonly foreign: readonly Said[];
  /** Every line of ssh's own log, without `debugN: `. */
  readonly log: readonly Said[];
}

type Draft = { -readonly [K in keyof AttemptLog]?: AttemptLog[K] };

const INTERACTIVE = ['password', 'keyboard-interactive'];

/** `/home/a/.ssh/id ED25519 SHA256:… explicit agent`; a path may hold blanks, so it is read from behind. */
function key(text: string): Omit<OfferedKey, keyof Said | 'accepted'> {
  const found = /^(.*) ([A-Z][A-Z0-9-]*) ((?:SHA256|SHA384|SHA512|SHA1|MD5):\S+)((?: \w+)*)$/.exec(text);
  if (!found) return { path: text, source: 'file' };
  const [, path = '', type = '', fingerprint = '', rest = ''] = found;
  return { path, type, fingerprint, source: / agent\b/.test(rest) ? 'agent' : 'file' };
}

function trouble(list: readonly FileTrouble[], said: Said, path: string | undefined, reason: string): FileTrouble[] {
  return [...list, { ...said, path: path ?? '', reason }];
}

/** Reads one line of the log into the draft. Every pattern is anchored and free of nested repeats. */
function take(draft: Draft, said: Said): void {
  const { text } = said;
  let m: RegExpExecArray | null;
  if ((m = /^(OpenSSH_\S+)/.exec(text))) draft.clientVersion ??= m[1] ?? '';
  else if ((m = /^Remote protocol version [\d.]+, remote software version (.*)$/.exec(text)))
    draft.remoteSoftware = { ...said, text: m[1] ?? '' };
  else if ((m = /^kex: algorithm: (\S+)/.exec(text))) draft.kex = m[1] ?? '';
  else if ((m = /^kex: host key algorithm: (\S+)/.exec(text))) draft.hostKeyAlgorithm = m[1] ?? '';
  else if ((m = /^kex: client->server cipher: (\S+) MAC: (\S+)/.exec(text))) {
    draft.cipher = m[1] ?? '';
    draft.mac = m[2] ?? '';
  } else if ((m = /^Server host (?:key|certificate): (\S+) (\S+)/.exec(text)))
    draft.hostKey = { ...said, type: m[1] ?? '', fingerprint: (m[2] ?? '').replace(/,$/, '') };
  else if (/^Host '.*' is known and matches the /.test(text)) draft.hostKeyState = { ...said, state: 'known' };
  else if ((m = /^Found (?:key|certificate|CA key) in (.+):(\d+)$/.exec(text))) where(draft, m);
  else if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(text)) draft.hostKeyState = { ...said, state: 'changed' };
  else if (/REVOKED HOST KEY DETECTED/.test(text)) draft.hostKeyState = { ...said, state: 'revoked' };
  else if (/^Warning: Permanently added .* to the list of known hosts/.test(text))
    draft.hostKeyState ??= { ...said, state: 'unknown' };
  else if (/^No .{1,40} host key is known for .* and you have requested strict checking/.test(text))
    draft.hostKeyState = { ...said, state: 'unknown' };
  else if ((m = /^Offending .{0,40}key (?:for IP )?in (.+):(\d+)$/.exec(text))) where(draft, m);
  else if ((m = /Their offer: (\S*)/.exec(text))) draft.theirOffer = (m[1] ?? '').split(',').slice(0, 200);
  else if ((m = /^Authentications that can continue: (.*)$/.exec(text))) {
    const before = draft.log?.at(-2)?.text ?? '';
    const methods = (m[1] ?? '').split(',').filter((name) => name !== '');
    draft.methods = [...(draft.methods ?? []), { ...said, methods, partial: /partial success/.test(before) }];
  } else if ((m = /^Offering public key: (.*)$/.exec(text)))
    draft.offered = [...(draft.offered ?? []), { ...said, ...key(m[1] ?? ''), accepted: false }];
  else if ((m = /^Server accepts key: (.*)$/.exec(text))) accept(draft, key(m[1] ?? ''), said);
  else if ((m = /^Permissions (0\d+) for '(.*)' are too open/.exec(text)))
    draft.badKeyFiles = trouble(draft.badKeyFiles ?? [], said, m[2], m[1] ?? '');
  else if ((m = /^Load key "(.*)": (.*)$/.exec(text)))
    draft.loadErrors = trouble(draft.loadErrors ?? [], said, m[1], m[2] ?? '');
  else if ((m = /^no such identity: (.*): [^:]*$/.exec(text)))
    draft.missingIdentities = trouble(draft.missingIdentities ?? [], said, m[1], 'missing');
  else if ((m = /^(?:sign_and_send_pubkey: )?signing failed for \S+ "(.*)"(?: from agent)?: (.*)$/.exec(text)))
    draft.signErrors = trouble(draft.signErrors ?? [], said, m[1], m[2] ?? '');
  else if (
    (m = /^Authentication succeeded \(([^)]*)\)/.exec(text)) ||
    (m = /^Authenticated to .* using "([^"]*)"/.exec(text))
  )
    draft.authenticated = { ...said, method: m[1] ?? '' };
  else if ((m = /^Exit status (-?\d+)$/.exec(text))) draft.exitStatus = Number(m[1]);
}

function where(draft: Draft, m: RegExpExecArray): void {
  const state = draft.hostKeyState;
  if (state) draft.hostKeyState = { ...state, file: m[1] ?? '', fileLine: Number(m[2]) };
}

function accept(draft: Draft, accepted: Omit<OfferedKey, keyof Said | 'accepted'>, said: Said): void {
  const offered = draft.offered ?? [];
  const at = offered.findLastIndex((each) => each.fingerprint === accepted.fingerprint);
  const found = offered[at];
  draft.offered = found
    ? offered.with(at, { ...found, accepted: true })
    : [...offered, { ...said, ...accepted, accepted: true }];
}

function stageIndex(stage: Stage): number {
  return STAGES.findIndex((each) => each.stage === stage);
}

/** A connection that closes says in which stage it was, not why. */
function closedIn(stage: Stage, proxied: boolean): Ending {
  const at = stageIndex(stage);
  if (at >= stageIndex('authenticated')) return 'closed-after-auth';
  if (at >= stageIndex('auth')) return 'closed-in-auth';
  if (at >= stageIndex('greeted')) return 'kex-closed';
  return proxied ? 'proxy-failed' : 'closed-before-banner';
}

const SPECIFIC_FIRST: readonly Ending[] = ['host-key-failed', 'closed-in-auth', 'kex-closed', 'closed-before-banner'];

export const attemptLog = section<AttemptLog>(
  'client',
  'attempt',
  "one login by the user's own ssh -v, line by line typed (ssh(1), OpenSSH 8.4 to 10.x); times in milliseconds",
  (text) => {
    const from = object(text);
    const start = firstLineOf(text ?? '', 'stderr');
    const foreign: Said[] = [];
    const log: Said[] = [];
    const draft: Draft = { log };
    const stageMs: Partial<Record<Stage, number>> = {};
    let stage: Stage = 'start';
    let ending: Ending | undefined;
    let endingSaid: Said | undefined;
    let proxied = false;
    let over = false;
    for (const [index, entry] of objects(from, 'stderr').entries()) {
      const line = str(entry, 'line') ?? '';
      const at = maybe('line', start === undefined ? undefined : start + index);
      if (str(entry, 'src') === 'stderr') {
        foreign.push({ text: line, ...at });
        continue;
      }
      // The words of a disconnect message are the server's; whatever follows them could be forged.
      if (over) continue;
      const said: Said = { text: line.replace(/^debug[123]: /, ''), ...at };
      log.push(said);
      take(draft, said);
      if (/^Executing proxy command/.test(said.text)) proxied = true;
      const reached = STAGES.find(({ pattern }) => pattern.test(said.text))?.stage;
      if (reached !== undefined) {
        stageMs[reached] ??= num(entry, 'ms') ?? 0;
        if (stageIndex(reached) > stageIndex(stage)) stage = reached;
      }
      const found = ENDINGS.find(({ pattern }) => pattern.test(said.text));
      if (found && !line.startsWith('debug')) {
        const typed = found.ending === 'closed' ? closedIn(stage, proxied) : found.ending;
        // "Host key verification failed." and a closed connection follow from what was said before them.
        if (
          ending === undefined ||
          (ending === 'connect-failed' && typed === ending) ||
          !SPECIFIC_FIRST.includes(typed)
        ) {
          ending = typed;
          endingSaid = said;
        }
        over = /^Received disconnect from /.test(said.text);
      }
    }
    const rc = num(from, 'rc') ?? null;
    const timedOut = from['timedOut'] === true;
    const asked = num(from, 'askedStatus');
    if (rc !== null && asked !== undefined && rc === asked && draft.authenticated) {
      ending = 'ok';
      endingSaid = log.findLast((said) => said.text === `Exit status ${rc}`);
    } else if (draft.exitStatus !== undefined && draft.authenticated && ending === undefined) {
      ending = 'session-ended';
      endingSaid = log.findLast((said) => said.text.startsWith('Exit status '));
    } else if (timedOut && ending === undefined) {
      ending = 'timed-out';
      endingSaid = log.at(-1);
    }
    if (ending === undefined) {
      const last = log.at(-1);
      ending = last === undefined ? 'unfinished' : 'other';
      endingSaid = last;
    }
    const methods = draft.methods ?? [];
    return {
      argv: strings(from, 'argv'),
      rc,
      ms: num(from, 'ms') ?? 0,
      timedOut,
      stdoutBytes: num(from, 'stdoutBytes') ?? 0,
      stdout: str(from, 'stdout') ?? '',
      ...draft,
      methods,
      untried: draft.authenticated ? [] : (methods.at(-1)?.methods ?? []).filter((each) => INTERACTIVE.includes(each)),
      offered: draft.offered ?? [],
      badKeyFiles: draft.badKeyFiles ?? [],
      loadErrors: draft.loadErrors ?? [],
      missingIdentities: draft.missingIdentities ?? [],
      signErrors: draft.signErrors ?? [],
      authenticating: stageIndex(stage) >= stageIndex('auth'),
      stage,
      stageMs,
      ending,
      ...maybe('endingSaid', endingSaid),
      foreign,
      log,
    };
  },
);
