import type { Attempt } from '../../model/attempt.ts';
import type { Section } from '../../model/bundle.ts';

/** What `ssh -v` printed, given as a text. */
export interface PastedLogin {
  /** The section that the fact `attemptLog` is read from. */
  readonly section: Section;
  /** A line of the section is so many behind the line of the text. */
  readonly offset: number;
  /** As far as ssh says who wanted where. Hostile like all of the text. */
  readonly asked: Pick<Attempt, 'user' | 'host' | 'port' | 'keys'>;
  readonly address?: string;
  /** ProxyCommand or the ssh to the jump host: its lines stand among those of the login. */
  readonly proxy?: string;
}

const MOST_LINES = 20_000;
/** Of a longer text the beginning and the end are read: between them a session goes on. */
const HEAD_LINES = 4000;
const TAIL_LINES = 1000;
const LONGEST = 4096;
/** Lines of the section before the first line of the text. */
const OFFSET = 2;

/** Whose debug output a text is: ssh(1) begins with its version or reads its configuration, sshd(8) says its own version. */
export function debugOf(text: string): 'ssh' | 'sshd' | undefined {
  if (/^debug1: sshd version /m.test(text)) return 'sshd';
  return /^debug1: (?:Reading configuration data |Connecting to |Executing proxy command|Authenticating to |Local version string |resolve_canonicalize)/m.test(
    text,
  )
    ? 'ssh'
    : undefined;
}

/** Reads what `ssh -v`, `-vv` or `-vvv` printed; undefined: the text is something else. */
export function pastedLogin(text: string): PastedLogin | undefined {
  if (debugOf(text) !== 'ssh') return undefined;
  const all = text.split(/\r?\n/, MOST_LINES);
  const lines = all.map((line, i) =>
    i >= HEAD_LINES && i < all.length - TAIL_LINES ? '' : line.slice(0, LONGEST).replace(/\r/g, ''),
  );
  const first = (pattern: RegExp): RegExpExecArray | undefined => {
    for (const line of lines) {
      const found = pattern.exec(line);
      if (found !== null) return found;
    }
    return undefined;
  };
  const connecting = first(/^debug1: Connecting to (\S{1,255}) \[(\S{1,64})\] port (\d{1,5})\.$/);
  const authenticating = first(/^debug1: Authenticating to (\S{1,255}):(\d{1,5}) as '(.{1,256})'$/);
  const proxy = first(/^debug1: Executing proxy command: (?:exec )?(.{1,1000})$/)?.[1];
  const keys = lines.flatMap(
    (line) => /^debug1: Offering public key: .* (SHA256:[\w+/]{43})(?: \w+)*$/.exec(line)?.[1] ?? [],
  );
  // Behind a proxy ssh names no address; what names one then is the ssh to the jump host, whose lines stand between.
  const end = /-W '?\[?([\w.:-]{1,255}?)\]?:(\d{1,5})'?(?: |$)/.exec(proxy ?? '');
  const named = first(
    /^ssh: (?:Could not resolve hostname|connect to host) ([^\s:]{1,255}|[\da-fA-F:.%]{2,64}?)(?::| port )/,
  );
  const [, host = connecting?.[1] ?? named?.[1], port = connecting?.[3], user] =
    proxy === undefined ? (authenticating ?? []) : [undefined, end?.[1] ?? '', end?.[2]];
  const stderr = lines.map((line) => JSON.stringify({ line, src: 'log' }));
  return {
    section: { status: 'ok', text: `{\n"stderr": [\n${stderr.join(',\n')}\n],\n"argv": ["ssh"], "rc": null }` },
    offset: OFFSET,
    asked: {
      ...(user === undefined ? {} : { user }),
      ...(host === undefined || host === '' ? {} : { host }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(keys.length === 0 ? {} : { keys: [...new Set(keys)] }),
    },
    ...(connecting?.[2] === undefined || proxy !== undefined ? {} : { address: connecting[2] }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
