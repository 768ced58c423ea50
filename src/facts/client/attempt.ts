import { ENDINGS, type Ending, STAGES, type Stage } from '../../knowledge/client-messages.ts';
import { section } from '../source.ts';
import { type Draft, take } from './attempt-lines.ts';
import type { AttemptLog, Said } from './attempt-model.ts';
import { firstLineOf, maybe, num, object, objects, str, strings } from './json.ts';

/** Methods that need somebody to ask. */
const INTERACTIVE = ['password', 'keyboard-interactive'];

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
      const said: Said = { text: line.replace(/^debug[123]: /, ''), ...at, ...maybe('ms', num(entry, 'ms')) };
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
      triedFiles: draft.triedFiles ?? [],
      begun: draft.begun ?? [],
      noMutualAlgorithm: draft.noMutualAlgorithm ?? [],
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
