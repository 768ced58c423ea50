import { causes } from '../causes/index.gen.ts';
import { attemptLog } from '../facts/client/attempt.ts';
import type { AttemptLog, OfferedKey } from '../facts/client/attempt-model.ts';
import { type PastedLogin, pastedLogin } from '../facts/client/pasted.ts';
import { type ExplainedText, explained } from '../facts/events/explained.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Bundle } from '../model/bundle.ts';
import { type CauseId, GATES, type Gate, gateOf } from '../model/gate.ts';
import { conclude } from './conclude.ts';

/** A cause of a failed login, as far as what ssh printed can tell. */
export interface LoginCause {
  readonly id: CauseId;
  /** `likely`: the lines show it; `possible`: the message is a sign of it. Never more: a banner can say anything. */
  readonly verdict: 'likely' | 'possible';
  /** One sentence; of a possible one its title. */
  readonly text: string;
  /** Lines of the text that show it. Hostile. */
  readonly lines: readonly { readonly line?: number; readonly text: string }[];
}

/** What `ssh -v` printed, explained. All names in it are hostile. */
export interface ExplainedLogin {
  readonly target: PastedLogin['asked'] & { readonly address?: string };
  readonly proxy?: string;
  readonly client?: string;
  readonly server?: string;
  readonly gates: readonly { readonly gate: Gate; readonly outcome: 'open' | 'closed' | 'unknown' }[];
  /** The line that it ended with. */
  readonly ended?: { readonly line?: number; readonly text: string };
  readonly worked: boolean;
  readonly hostKey?: string;
  readonly offered: readonly Pick<OfferedKey, 'path' | 'type' | 'fingerprint' | 'source' | 'accepted'>[];
  /** Methods that the server would still take, as it said last. */
  readonly methods: readonly string[];
  readonly untried: readonly string[];
  readonly causes: readonly LoginCause[];
  readonly said: ExplainedText;
  /** Commands to run next: where, and what. Names that are no plain words are left to the reader. */
  readonly next: readonly { readonly on: 'here' | 'server'; readonly command: string; readonly why: string }[];
}

/** Gates that are behind one that has come so far. */
const PASSED: Readonly<Partial<Record<AttemptLog['stage'], Gate>>> = {
  connecting: 'name',
  connected: 'firewall',
  greeted: 'daemon',
  'kexinit-sent': 'daemon',
  kexinit: 'admission',
  'key-exchange': 'admission',
  'host-key': 'admission',
  keys: 'handshake',
  auth: 'handshake',
  authenticated: 'auth',
  session: 'auth',
};
const MOST_CAUSES = 8;

/**
 * Explains what `ssh -v` printed by the same causes as a look at the host, with nothing else to go by. `at`: RFC 3339.
 * Undefined: the text is something else.
 */
export function explainLogin(text: string, at: string): ExplainedLogin | undefined {
  const pasted = pastedLogin(text);
  if (pasted === undefined) return undefined;
  const { section, offset, asked, address, proxy } = pasted;
  const bundle: Bundle = { schema: 1, takenAt: at, sections: { attempt: section } };
  const fact = attemptLog.read(bundle);
  if (!fact.known) return undefined;
  const log = fact.value;
  const attempt: Attempt = { ...asked, at };
  const { gates: seen, findings } = conclude(causes, bundle, attempt);
  const said = explained(text);
  const worked =
    log.authenticated !== undefined &&
    log.exitStatus !== undefined &&
    log.exitStatus >= 0 &&
    log.ending === 'session-ended';

  const passed = worked
    ? GATES.indexOf('session')
    : GATES.indexOf(PASSED[log.stage] ?? 'client') - (log.stage === 'start' ? 1 : 0);
  // What is wrong with the client's own keys shows only when it logs in.
  const behind = (gate: Gate): boolean => {
    if (gate === 'client') return passed >= GATES.indexOf('auth');
    // A way that opens a connection may still lead to another service, or lose what is sent on it.
    return gate === 'network' ? passed >= GATES.indexOf('handshake') : GATES.indexOf(gate) <= passed;
  };
  const refusal = said.kinds.findLast(
    ({ type }) => (type.outcome === 'refused' || type.outcome === 'limited') && !behind(type.gate),
  );
  const found = findings.filter(({ role, id }) => role === 'blocking' && !behind(gateOf(id)));
  const sure = found.filter(({ verdict }) => verdict !== 'possible');
  const stop =
    (sure[0] && gateOf(sure[0].id)) ??
    seen.find(({ gate, outcome }) => outcome === 'closed' && GATES.indexOf(gate) > passed)?.gate ??
    (found[0] && gateOf(found[0].id)) ??
    refusal?.type.gate;
  const gates = GATES.filter((gate) => gate !== 'host').map((gate) => {
    const open = GATES.indexOf(gate) <= passed && (gate !== stop || worked);
    const outcome = open ? 'open' : !worked && gate === stop ? 'closed' : 'unknown';
    return { gate, outcome } as const;
  });

  const line = (of: number | undefined) => (of === undefined ? {} : { line: of - offset });
  const shown: LoginCause[] = worked
    ? []
    : (sure.length > 0 ? sure : found).map(({ id, verdict, text: sentence, evidence }) => ({
        id,
        verdict: verdict === 'possible' ? 'possible' : 'likely',
        text: sentence,
        lines: evidence
          .filter((one) => one.section === 'attempt')
          .map((one) => ({ ...line(one.line), text: one.text })),
      }));
  const greeting = log.stage === 'connected' ? greetingOf(log) : undefined;
  if (greeting !== undefined) {
    const heard = `What answers there speaks no SSH; it said: ${greeting.text}`;
    shown.unshift({
      id: 'network/wrong-service',
      verdict: 'likely',
      text: heard,
      lines: [{ ...line(greeting.line), text: greeting.text }],
    });
  }
  // Once a connection stands, what closes a later gate than the one it ended at was never reached.
  const last = stop === undefined || passed < GATES.indexOf('firewall') ? GATES.length : GATES.indexOf(stop);
  if (!worked && shown.every(({ verdict }) => verdict === 'possible'))
    for (const { type, line: raw } of said.kinds)
      for (const id of type.causes) {
        if (behind(gateOf(id)) || GATES.indexOf(gateOf(id)) > last || shown.some((one) => one.id === id)) continue;
        const title = causes.find((one) => one.id === id)?.title ?? '';
        shown.push({ id, verdict: 'possible', text: title, lines: [{ text: raw }] });
      }
  const known = shown.slice(0, MOST_CAUSES);
  return {
    target: { ...asked, ...(address === undefined ? {} : { address }) },
    ...(proxy === undefined ? {} : { proxy }),
    ...(log.clientVersion === undefined ? {} : { client: log.clientVersion }),
    ...(log.remoteSoftware === undefined ? {} : { server: log.remoteSoftware.text }),
    gates,
    ...(log.endingSaid === undefined || worked
      ? {}
      : { ended: { ...line(log.endingSaid.line), text: log.endingSaid.text } }),
    worked,
    ...(log.hostKey === undefined ? {} : { hostKey: `${log.hostKey.type} ${log.hostKey.fingerprint}` }),
    offered: log.offered.map(({ path, type, fingerprint, source, accepted }) => ({
      ...{ path, source, accepted },
      ...(type === undefined ? {} : { type }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    })),
    methods: log.methods.at(-1)?.methods ?? [],
    untried: log.untried,
    causes: known,
    said,
    next: worked ? [] : nextOf(pasted, stop, known),
  };
}

/** What came before any identification string of SSH (sshconnect.c, kex.c). */
function greetingOf(log: AttemptLog): AttemptLog['endingSaid'] {
  for (const said of log.log) {
    const found = /^(?:kex|ssh)_exchange_identification: banner line \d+: (.{1,1000})$/.exec(said.text);
    if (found?.[1] !== undefined) return { ...said, text: found[1] };
  }
  return undefined;
}

/** Of what a text says only plain words become a part of a command. */
const plain = (word: string | undefined): string | undefined =>
  word !== undefined && /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,252}$/.test(word) ? word : undefined;

function nextOf(
  { asked, proxy }: PastedLogin,
  stop: Gate | undefined,
  found: readonly LoginCause[],
): ExplainedLogin['next'] {
  const user = plain(asked.user);
  const host = plain(asked.host) ?? 'HOST';
  const port = asked.port === undefined || asked.port === 22 ? '' : ` -p ${asked.port}`;
  const here = user === undefined ? host : `${user}@${host}`;
  const next: ExplainedLogin['next'][number][] = [
    {
      on: 'here',
      command: `sshwhy${port} ${here}`,
      why: 'looks again, at names, routes, keys and configuration as well, with two connections at most',
    },
  ];
  // What closes a gate from the firewall on stands on the server.
  if (proxy === undefined && (stop === undefined || GATES.indexOf(stop) >= GATES.indexOf('network')))
    next.push({
      on: 'server',
      command: `sshwhy server --user ${user ?? 'USER'}${asked.port === undefined || asked.port === 22 ? '' : ` --port ${asked.port}`}`,
      why: 'says which file, line or rule of the server turns the login away',
    });
  const [first] = found;
  if (first !== undefined)
    next.push({ on: 'here', command: `sshwhy explain ${first.id}`, why: 'the page of the first cause' });
  return next;
}
