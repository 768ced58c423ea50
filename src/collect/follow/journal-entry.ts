/** Parts of a cursor of the journal: sequence and number, boot, monotonic and real time, and a hash of the entry. */
export interface Entry {
  readonly cursor: string;
  readonly sequence: string;
  readonly number: number;
  readonly rest: string;
}

/**
 * The entry that a line of `journalctl -o json` is, or a cursor itself names. Within a value of JSON each quotation mark has
 * a backslash before it, so a message cannot pass for the field.
 */
export function entryOf(text: string): Entry | undefined {
  const found =
    /(?:^|"__CURSOR" ?: ?")(s=([0-9a-f]{1,32});i=([0-9a-f]{1,13});(b=[0-9a-f]{1,32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}))(?=$|")/.exec(
      text,
    );
  if (found === null) return undefined;
  const [, cursor = '', sequence = '', number = '', rest = ''] = found;
  return { cursor, sequence, number: Number.parseInt(number, 16), rest };
}

/** When the journal moves from /run to /var, its entries are numbered anew; their times and hashes stay. */
export const sameEntry = (a: Entry, b: Entry): boolean =>
  a.rest === b.rest && (a.sequence !== b.sequence || a.number === b.number);
