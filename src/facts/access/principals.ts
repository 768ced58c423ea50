import { type KeyOptions, optionsEnd, parseOptions } from './key-options.ts';

/** A line of a file of principals (sshd(8), AuthorizedPrincipalsFile in sshd_config(5)). */
export interface PrincipalLine {
  readonly line: number;
  readonly name: string;
  readonly options: KeyOptions;
}

/**
 * Reads a file of principals as auth_process_principals() does: `#` begins a comment anywhere, what stands before the last
 * blank is options, and a line with an option that sshd does not know counts for nothing.
 */
export function parsePrincipals(lines: readonly string[]): readonly PrincipalLine[] {
  return lines.flatMap((raw, i): PrincipalLine[] => {
    const text = raw
      .replace(/^[ \t]+/, '')
      .replace(/#.*/s, '')
      .trimEnd();
    if (text === '') return [];
    // The last space, or where there is none, the last tab (strrchr(3)).
    const at = text.includes(' ') ? text.lastIndexOf(' ') : text.lastIndexOf('\t');
    if (at < 0) return [{ line: i + 1, name: text, options: new Map() }];
    const options = parseOptions(text.slice(0, optionsEnd(text)));
    return options ? [{ line: i + 1, name: text.slice(at).trim(), options }] : [];
  });
}

/** The line that decides: the first with one of the names; later ones are not looked at, whatever its options say. */
export function principalLine(lines: readonly PrincipalLine[], names: readonly string[]): PrincipalLine | undefined {
  return lines.find(({ name }) => names.includes(name));
}

/** Parts of a list up to an empty one, as match_list() of match.c reads it. */
function parts(list: string): string[] {
  const all = list.split(',');
  const empty = all.indexOf('');
  return empty < 0 ? all : all.slice(0, empty);
}

/**
 * Whether principals="…" names one of the certificate's; before 10.3 a principal with commas in it was taken apart too
 * (auth2-pubkeyfile.c, match_principals_option()).
 */
export function principalListed(list: string, names: readonly string[], exact: boolean): boolean {
  const wanted = parts(list);
  return (exact ? names : names.flatMap(parts)).some((name) => wanted.includes(name));
}
