import { journalRecord, type LogRecord } from './record.ts';

/** Longest entry that is taken; a longer one is no message of a daemon. */
const MOST = 1 << 20;

/**
 * Reads `journalctl -o export` (systemd's Journal Export Format): fields as `NAME=value`, or as the name alone followed by
 * the length in 8 bytes, least first, and the bytes; entries parted by an empty line. `text` is Latin-1.
 */
export function exportReader(onRecord: (record: LogRecord | undefined) => void): {
  push(text: string): void;
  end(): void;
} {
  let rest = '';
  let fields: Record<string, unknown> = {};
  let some = false;
  let skip = 0;

  const flush = (): void => {
    if (some) onRecord(journalRecord(fields));
    fields = {};
    some = false;
  };

  return {
    push(text) {
      if (skip >= text.length) {
        skip -= text.length;
        return;
      }
      rest += skip > 0 ? text.slice(skip) : text;
      skip = 0;
      let at = 0;
      for (;;) {
        const newline = rest.indexOf('\n', at);
        if (newline === -1) break;
        const equals = rest.indexOf('=', at);
        if (newline === at) {
          flush();
          at += 1;
        } else if (equals !== -1 && equals < newline) {
          fields[rest.slice(at, equals)] = Buffer.from(rest.slice(equals + 1, newline), 'latin1').toString('utf8');
          some = true;
          at = newline + 1;
        } else {
          if (rest.length < newline + 9) break;
          const size = Buffer.from(rest.slice(newline + 1, newline + 9), 'latin1').readBigUInt64LE();
          if (size > MOST) {
            // Nothing in it is for us: step over it, however long it says it is.
            const end = newline + 10 + Number(size);
            skip = Math.max(0, end - rest.length);
            some = true;
            at = Math.min(end, rest.length);
            if (skip > 0) break;
            continue;
          }
          const end = newline + 9 + Number(size);
          if (rest.length < end + 1) break;
          fields[rest.slice(at, newline)] = Buffer.from(rest.slice(newline + 9, end), 'latin1').toString('utf8');
          some = true;
          at = end + 1;
        }
      }
      rest = rest.slice(at);
      if (rest.length > 2 * MOST) rest = '';
    },
    end: flush,
  };
}
