import { section } from './source.ts';

/** Groups of one size that sshd may pick for diffie-hellman-group-exchange. */
export interface Moduli {
  /** Of the file, as it writes them: one less than the bits. */
  readonly size: number;
  readonly count: number;
  readonly line: number;
}

export const moduli = section(
  'server',
  'moduli',
  'sizes of the groups in the file of moduli (moduli(5)); null when there is none',
  (text): { readonly path: string; readonly sizes: readonly Moduli[] } | null => {
    if (text === null) return null;
    const lines = text.split('\n');
    const sizes = lines.flatMap((line, i): Moduli[] => {
      const found = /^size=(\d{1,6}) (\d{1,9})$/.exec(line);
      return found ? [{ size: Number(found[1]), count: Number(found[2]), line: i + 1 }] : [];
    });
    return { path: /^path=(.*)$/.exec(lines[0] ?? '')?.[1] ?? '/etc/ssh/moduli', sizes };
  },
);
