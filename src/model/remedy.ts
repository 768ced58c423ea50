export type Risk = 'safe' | 'interrupts' | 'may-lock-out';

/** Commands a person could type on the server (or client, as `where` says), narrowest first. */
export interface Fix {
  readonly summary: string;
  readonly risk: Risk;
  readonly where: 'client' | 'server';
  readonly commands: readonly string[];
  /** What takes it back, in the order to type it. */
  readonly undo?: readonly string[];
}

/** Nothing is changed by a machine here, and why; what a person should do instead. */
export interface Refusal {
  readonly refuse: string;
  readonly manual: readonly string[];
}

export type Remedy = Fix | Refusal;

/** `'…'` for a POSIX shell. Every foreign word in a command goes through here. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Comments lines of files out with sed(1); a copy of each file stays beside it as `FILE.sshwhy-before`. */
export function commentOut(lines: readonly { readonly file: string; readonly line: number }[]): string[] {
  return lines.map(({ file, line }) => `sed -i.sshwhy-before -e ${shellQuote(`${line}s/^/# /`)} ${shellQuote(file)}`);
}
