import { UsageError } from '../model/errors.ts';
import { processTransport } from './process.ts';
import type { Transport } from './transport.ts';

/** A word for a foreign command line: no leading dash, so that it cannot become an option, and no control characters. */
function operand(kind: string, word: string): string {
  if (word === '' || word.startsWith('-') || /[\s\p{Cc}]/u.test(word))
    throw new UsageError(`--on ${kind}:… needs a name after the colon that is one word and does not begin with a dash`);
  return word;
}

/** Command line of each kind of door; the script comes on its standard input. */
const DOORS: Readonly<Record<string, (rest: string, ssh: readonly string[]) => readonly string[]>> = {
  ssh: (rest, ssh) => ['ssh', '-oBatchMode=yes', '-oConnectTimeout=10', '-T', ...ssh, '--', operand('ssh', rest), 'sh'],
  docker: (rest) => ['docker', 'exec', '-i', operand('docker', rest), 'sh'],
  podman: (rest) => ['podman', 'exec', '-i', operand('podman', rest), 'sh'],
  // `machinectl shell` puts a terminal in between, which echoes the script; this does not.
  machine: (rest) => ['systemd-run', `--machine=${operand('machine', rest)}`, '--pipe', '--quiet', '--wait', 'sh'],
  kubectl: (rest) => {
    const parts = rest.split('/').map((part) => operand('kubectl', part));
    const [namespace, pod, container] = parts.length === 1 ? [undefined, ...parts] : parts;
    if (pod === undefined || parts.length > 3) throw new UsageError('--on kubectl:[NAMESPACE/]POD[/CONTAINER]');
    return [
      ...['kubectl', 'exec', '-i', ...(namespace ? ['-n', namespace] : []), pod],
      ...[...(container ? ['-c', container] : []), '--', 'sh'],
    ];
  },
  exec: (rest) => {
    const words = rest.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0)
      throw new UsageError('--on exec:COMMAND… needs a command, e.g. --on "exec:nsenter -t 123 -a"');
    return [...words, 'sh'];
  },
};

/** What `--on` takes, for help and completion. */
export const DOOR_NAMES = ['local', ...Object.keys(DOORS).map((kind) => `${kind}:`)] as const;

/**
 * The door that `--on` names (docs: `sshwhy server --help`). `ssh` holds the user's own ssh flags, used by `ssh:` alone.
 * Words of `exec:` are split at white space and started without a shell.
 * @throws UsageError when the name is no transport.
 */
export function openTransport(name: string, ssh: readonly string[] = []): Transport {
  if (name === 'local') return processTransport(name, ['sh']);
  const colon = name.indexOf(':');
  const door = DOORS[name.slice(0, colon)];
  if (colon < 0 || !door || !Object.hasOwn(DOORS, name.slice(0, colon)))
    throw new UsageError(`--on ${name}: not a transport; use one of ${DOOR_NAMES.join(' ')}`);
  return processTransport(name, door(name.slice(colon + 1), ssh));
}
