import type { Gap } from './fact.ts';

/** `absent`: we looked and the command or file does not exist, which is knowledge and not a gap. */
export type SectionStatus = 'ok' | 'absent' | Gap;

export interface Section {
  readonly status: SectionStatus;
  /** Content, lines joined by `\n`, no trailing newline. Hostile: may hold anything but a newline-forged header. */
  readonly text: string;
  /** Why the status is not `ok`, or `truncated` when the content was cut at its size limit. */
  readonly detail?: string;
}

/** Everything that was looked at, as text; what `collect.sh` and the client probes write, and all that a diagnosis reads. */
export interface Bundle {
  readonly schema: 1;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly sections: Readonly<Record<string, Section>>;
}
