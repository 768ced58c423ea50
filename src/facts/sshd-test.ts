import { section, Unparsable } from './source.ts';

export interface SshdComplaint {
  /** 1-based line in the section. */
  readonly line: number;
  readonly text: string;
  /** Where sshd says that it is, when it does. */
  readonly at?: { readonly file: string; readonly line: number };
}

export interface SshdTest {
  readonly rc: number;
  readonly complaints: readonly SshdComplaint[];
}

/** `FILE: line N: …` of parse errors, `FILE line N: …` of bad values (servconf.c). */
const PLACE = /^(\/[^:]{0,4096}?):? line (\d{1,9}): /;

export const sshdTest = section(
  'server',
  'sshd-test',
  'what `sshd -t` says of the configuration and host keys; null when there is no sshd',
  (text): SshdTest | null => {
    if (text === null) return null;
    const lines = text.split('\n');
    const rc = /^rc=(\d+)$/.exec(lines.at(-1) ?? '');
    if (!rc) throw new Unparsable('sshd -t did not end');
    const complaints = lines.slice(0, -1).flatMap((said, i): SshdComplaint[] => {
      if (said.trim() === '') return [];
      const place = PLACE.exec(said);
      const at = place?.[1] ? { at: { file: place[1], line: Number(place[2]) } } : {};
      return [{ line: i + 1, text: said, ...at }];
    });
    return { rc: Number(rc[1]), complaints };
  },
);
