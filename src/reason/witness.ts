import { attemptLog } from '../facts/client/attempt.ts';
import type { AttemptLog } from '../facts/client/attempt-model.ts';
import { dns } from '../facts/client/dns.ts';
import { kexinit } from '../facts/client/kexinit.ts';
import { sshConfig } from '../facts/client/ssh-config.ts';
import { tcp } from '../facts/client/tcp.ts';
import type { Ending } from '../knowledge/client-messages.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Fact } from '../model/fact.ts';
import { GATES, type Gate } from '../model/gate.ts';

function value<T>(fact: Fact<T>): T | undefined {
  return fact.known ? fact.value : undefined;
}

/**
 * Gates that this very attempt was seen to pass, from the client, with what was seen. To have passed a gate is to have
 * passed all before it.
 */
export function passedGates(bundle: Bundle): ReadonlyMap<Gate, string> {
  const config = value(sshConfig.read(bundle));
  const names = value(dns.read(bundle));
  const sockets = value(tcp.read(bundle))?.probes ?? [];
  const greetings = value(kexinit.read(bundle))?.probes ?? [];
  const log = value(attemptLog.read(bundle));

  // Where something else than SSH answers, the way led to the wrong place.
  const strangers = greetings.filter((probe) => probe.outcome === 'not-ssh').map(({ address }) => address);
  const reached = sockets.filter(({ address }) => !strangers.includes(address));
  const answers = (outcome: string | undefined): boolean => ['open', 'refused', 'reset'].includes(outcome ?? '');
  const answered = reached.find((probe) => answers(probe.outcome));
  const beside = reached.find((probe) => answers(probe.neighbour?.outcome));
  const opened = reached.find((probe) => probe.outcome === 'open');
  const greeted = greetings.find((probe) => probe.banner?.startsWith('SSH-'));
  const admitted = greetings.find((probe) => probe.outcome === 'kexinit');

  const seen: Partial<Record<Gate, string | undefined>> = {
    client: config && `ssh is in order and takes this for ${config.user}@${config.hostname} port ${config.port}`,
    name: names?.addresses.length ? `${names.name} is ${names.addresses.join(', ')}` : undefined,
    network: answered
      ? `${answered.address} answers (${answered.ms} ms)`
      : beside && `${beside.address} answers on port ${beside.neighbour?.port}`,
    firewall: opened && `port ${opened.port} of ${opened.address} opened in ${opened.ms} ms`,
    daemon: greeted && `an SSH server greets: ${greeted.banner}`,
    admission: admitted && 'the server takes the connection and begins to negotiate',
    handshake: log?.authenticating ? 'keys are exchanged and the host key is accepted' : undefined,
    auth: log?.authenticated ? `logged in with ${log.authenticated.method}` : undefined,
    session: log?.ending === 'ok' ? 'a command ran' : undefined,
  };
  const furthest = GATES.findLastIndex((gate) => seen[gate] !== undefined);
  const passed = config?.proxyJump === undefined ? 'passed' : `passed, by way of ${config.proxyJump}`;
  return new Map(GATES.slice(0, furthest + 1).map((gate) => [gate, seen[gate] ?? passed]));
}

/** Endings of the attempt that say at which gate it was turned away, whatever the cause is. */
const STOPS: Readonly<Partial<Record<Ending, Gate>>> = {
  'no-common-kex': 'handshake',
  'no-common-host-key': 'handshake',
  'no-common-cipher': 'handshake',
  'no-common-mac': 'handshake',
  'no-common-compression': 'handshake',
  'protocol-differs': 'handshake',
  'host-key-changed': 'handshake',
  'host-key-revoked': 'handshake',
  'host-key-failed': 'handshake',
  'host-key-invalid': 'handshake',
  'kex-closed': 'handshake',
  corrupted: 'handshake',
  'connect-failed': 'network',
  'closed-before-banner': 'admission',
  'banner-timeout': 'admission',
  'auth-failed': 'auth',
  'too-many-auth-failures': 'auth',
  'closed-in-auth': 'auth',
  'session-refused': 'session',
  'closed-after-auth': 'session',
};

/** Where an ssh hung that was ended by our own limit. */
function hungAt({ stage, authenticated }: AttemptLog): Gate {
  if (authenticated) return 'session';
  if (stage === 'auth') return 'auth';
  return stage === 'start' || stage === 'connecting' ? 'network' : stage === 'connected' ? 'admission' : 'handshake';
}

/** The gate at which this attempt was seen to be turned away, in the client's own words. */
export function stoppedAt(bundle: Bundle): { readonly gate: Gate; readonly detail: string } | undefined {
  const log = value(attemptLog.read(bundle));
  if (log?.ending === 'timed-out') return { gate: hungAt(log), detail: `ssh got no further in ${log.ms} ms` };
  const greetings = value(kexinit.read(bundle))?.probes ?? [];
  const [first] = greetings;
  const mute = greetings.every(({ banner, outcome }) => !banner && (outcome === 'closed' || outcome === 'reset'));
  if (!log && first && mute) return { gate: 'admission', detail: `${first.address} hangs up without a word` };
  // A first line that only looks like SSH was still said by what is to speak it.
  const garbled = log?.ending === 'not-ssh' && greetings.some(({ banner }) => banner !== undefined);
  const gate = garbled ? 'handshake' : log && STOPS[log.ending];
  return log && gate && { gate, detail: log.endingSaid?.text ?? `ssh gave up: ${log.ending}` };
}
