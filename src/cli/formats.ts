import type { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { save } from './save.ts';

/** For people and for what stores reports. */
const DOCUMENTS = ['html', 'markdown', 'junit', 'sarif'] as const;
/** What else an answer can be written as; `-` is standard output, in place of what a person would read there. */
export const FORMATS = [...DOCUMENTS, 'nagios', 'prometheus', 'github'] as const;
export type Format = (typeof FORMATS)[number];
type Document = (typeof DOCUMENTS)[number];

export interface FormatFlags {
  readonly json?: boolean;
  readonly html?: string;
  /** `true`: on standard output. */
  readonly markdown?: string | true;
  readonly junit?: string;
  readonly sarif?: string;
  readonly nagios?: boolean;
  readonly prometheus?: string;
  readonly github?: boolean;
}

/** Formats that go to standard output. */
export function printed(flags: FormatFlags): readonly ('json' | Format)[] {
  const asked = FORMATS.filter((format) => flags[format] === '-' || flags[format] === true);
  return flags.json ? ['json', ...asked] : asked;
}

/** Only one can be printed: looked at before anything is done. */
export function onePrinted(command: Command): Command {
  return command.hook('preAction', (asked) => {
    const [first, second] = printed(asked.opts());
    if (second !== undefined)
      throw new UsageError(`--${first} and --${second} cannot both be printed: give one a file`);
  });
}

/** Whether any document is asked for. */
export const reports = (flags: FormatFlags): boolean => DOCUMENTS.some((format) => flags[format] !== undefined);

/**
 * Writes the documents that were asked for; the text that is to be printed in place of the answer comes back, where one is.
 * @throws UsageError when one cannot be written.
 */
export async function writeFormats(
  flags: FormatFlags,
  writers: Readonly<Partial<Record<Document, () => Promise<string>>>>,
): Promise<string | undefined> {
  for (const format of DOCUMENTS) {
    const [file, make] = [flags[format], writers[format]];
    if (typeof file === 'string' && file !== '-' && make) save(file, await make());
  }
  const onScreen = DOCUMENTS.find((format) => flags[format] === '-' || flags[format] === true);
  return onScreen === undefined ? undefined : writers[onScreen]?.();
}
