import { shellQuote } from './remedy.ts';

/** Of systemctl(1). */
export type UnitAction =
  | 'start'
  | 'restart'
  | 'reload'
  | 'enable'
  | 'enable --now'
  | 'add-wants multi-user.target'
  | 'unmask'
  | 'daemon-reload';

/**
 * The smallest things that a remedy changes on a machine. What takes one back is derived on the machine itself, from what is
 * there before it is done; only a `command` has to say it.
 */
export type Change =
  /** One line of a file gets another text; `null` comments it out. Refused when the line is no longer what was seen. */
  | { kind: 'line'; file: string; line: number; was?: string; becomes: string | null }
  /** Lines in front of a file, or behind it; it is made (with `mode`, default 0644, and `owner`) when it is not there. */
  | { kind: 'prepend' | 'append'; file: string; lines: readonly string[]; mode?: string; owner?: string }
  /** The whole file, whether it is there or not. */
  | { kind: 'write'; file: string; text: string; mode: string; owner?: string }
  /** The whole file, from another one of the machine. */
  | { kind: 'copy'; file: string; from: string; mode: string }
  | { kind: 'remove'; file: string }
  | { kind: 'folder'; path: string; mode: string; owner: string }
  /** As chmod(1) takes it. */
  | { kind: 'mode'; path: string; mode: string }
  /** As chown(1) takes it. */
  | { kind: 'owner'; path: string; owner: string }
  /** Files of sshd are checked (`sshd -t`) before a unit of its own that runs is touched. `anew`: its failures are forgotten first. */
  | { kind: 'unit'; unit: string; action: UnitAction; check?: true; anew?: true }
  | { kind: 'sysctl'; key: string; value: string }
  /** `files`: what it writes to, kept before it is run. `undo`: what takes back the rest, in the order to run it. */
  | { kind: 'command'; run: string; undo: readonly string[]; files?: readonly string[] };

/** Comments lines of files out. */
export function commentOut(lines: readonly { file: string; line: number; text?: string }[]): Change[] {
  return lines.map(({ file, line, text }) => ({
    kind: 'line',
    file,
    line,
    becomes: null,
    ...(text === undefined ? {} : { was: text }),
  }));
}

/** Has sshd read its files again, once they are valid; connections that stand go on. */
export const reload = (unit: string) =>
  ({ kind: 'unit', unit, action: 'reload', check: true }) as const satisfies Change;

/** Starts sshd anew, once its files are valid; sessions that stand go on. */
export const restart = (unit: string): Change => ({ kind: 'unit', unit, action: 'restart', check: true });

/** Starts a unit that is down and perhaps given up by systemd; what it is to check it checks itself (ExecStartPre=). */
export const startAnew = (unit: string): Change => ({ kind: 'unit', unit, action: 'restart', anew: true });

export const command = (run: string, undo: readonly string[], files?: readonly string[]): Change => ({
  kind: 'command',
  run,
  undo,
  ...(files ? { files } : {}),
});

/** The home directory's own files may be named with a tilde, which the shell has to see bare. */
function path(file: string): string {
  return file.startsWith('~/') ? `~/${shellQuote(file.slice(2))}` : shellQuote(file);
}

const BEFORE = '.sshwhy-before';

const around = (file: string, front: readonly string[], behind: readonly string[]): string => {
  const [name, kept] = [path(file), path(`${file}${BEFORE}`)];
  const print = (lines: readonly string[]): string[] =>
    lines.length > 0 ? [`printf '%s\\n' ${lines.map(shellQuote).join(' ')}`] : [];
  return `touch ${name} && cp -p ${name} ${kept} && { ${[...print(front), `cat ${kept}`, ...print(behind)].join('; ')}; } > ${name}`;
};

const made = (mode: string | undefined, owner: string | undefined, file: string): string[] => [
  ...(mode === undefined ? [] : [`chmod ${mode} ${path(file)}`]),
  ...(owner === undefined ? [] : [`chown ${shellQuote(owner)} ${path(file)}`]),
];

/** What a person would type for a change, on the machine, as root. Safe to paste: every foreign word is quoted. */
export function commandsOf(change: Change): string[] {
  switch (change.kind) {
    case 'line': {
      const { file, line, becomes } = change;
      const by = becomes === null ? `${line}s/^/# /` : `${line}c\\${becomes.replace(/\\/g, '\\\\')}`;
      // A copy for each line, or the second would hide the first.
      return [`sed -i${BEFORE}-${line} -e ${shellQuote(by)} ${path(file)}`];
    }
    case 'prepend':
      return [around(change.file, change.lines, []), ...made(change.mode, change.owner, change.file)];
    case 'append':
      return [around(change.file, [], change.lines), ...made(change.mode, change.owner, change.file)];
    case 'write': {
      const lines = change.text.replace(/\n$/, '').split('\n').map(shellQuote).join(' ');
      return [`printf '%s\\n' ${lines} > ${path(change.file)}`, ...made(change.mode, change.owner, change.file)];
    }
    case 'copy':
      return [`install -m ${change.mode} ${path(change.from)} ${path(change.file)}`];
    case 'remove':
      return [`rm ${path(change.file)}`];
    case 'folder': {
      const [user = 'root', group] = change.owner.split(':');
      const owner = `-o ${shellQuote(user)}${group ? ` -g ${shellQuote(group)}` : ''}`;
      return [`install -d ${owner} -m ${change.mode} ${path(change.path)}`];
    }
    case 'mode':
      return [`chmod ${change.mode} ${path(change.path)}`];
    case 'owner':
      return [`chown ${shellQuote(change.owner)} ${path(change.path)}`];
    case 'unit': {
      const unit = shellQuote(change.unit);
      if (change.action === 'daemon-reload') return ['systemctl daemon-reload'];
      const forget = change.anew ? `systemctl reset-failed ${unit}; ` : '';
      return [...(change.check ? ['sshd -t'] : []), `${forget}systemctl ${change.action} ${unit}`];
    }
    case 'sysctl':
      return [`sysctl -w ${shellQuote(`${change.key}=${change.value}`)}`];
    case 'command':
      return [change.run];
  }
}

/** What takes changes back, typed by a person, where it is known beforehand for every one of them. */
export function undoOf(changes: readonly Change[]): string[] | undefined {
  const files: string[] = [];
  const units: string[] = [];
  for (const change of changes) {
    if (change.kind === 'line' || change.kind === 'prepend' || change.kind === 'append') {
      const kept = `${change.file}${BEFORE}${change.kind === 'line' ? `-${change.line}` : ''}`;
      files.unshift(`cp -p ${path(kept)} ${path(change.file)}`);
    } else if (change.kind === 'command' && change.undo.length > 0) files.unshift(...change.undo);
    else if (change.kind === 'unit' && (change.action === 'reload' || change.action === 'restart') && !change.anew)
      units.push(...commandsOf(change));
    else return undefined;
  }
  return files.length > 0 ? [...files, ...units] : undefined;
}
