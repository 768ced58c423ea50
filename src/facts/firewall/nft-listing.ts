interface Listing {
  /** By "family table chain handle" and, for base chains, "family table chain". */
  readonly lines: ReadonlyMap<string, { readonly line: number; readonly text: string }>;
  /** "family table". */
  readonly tables: ReadonlySet<string>;
  /** Of those. */
  readonly dormant: Set<string>;
  /** Interfaces of base chains that hang on some; the JSON of nft 1.0.6 leaves them out. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
}

const LONGEST = 4000;

/** Where `nft -a list ruleset` has what, and how it writes it. */
export function readListing(text: string): Listing {
  const tables = new Set<string>();
  const dormant = new Set<string>();
  const lines = new Map<string, { line: number; text: string }>();
  const devices = new Map<string, readonly string[]>();
  let table = '';
  let chain = '';
  let line = 0;
  for (let at = 0; at <= text.length; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    line++;
    // Elements of long sets are of no interest here.
    const raw = end - at > LONGEST ? text.slice(at, at + 20) + text.slice(end - 40, end) : text.slice(at, end);
    at = end + 1;
    const trimmed = raw.trim();
    if (raw.startsWith('table ')) {
      const found = /^table (\S+) (\S+) \{/.exec(raw);
      if (found) tables.add((table = `${found[1]} ${found[2]}`));
    } else if (trimmed.startsWith('chain ')) chain = /^chain (\S+) \{/.exec(trimmed)?.[1] ?? '';
    else if (trimmed.startsWith('flags ')) {
      if (/^\tflags .{0,40}\bdormant\b/.test(raw)) dormant.add(table);
    } else if (trimmed.startsWith('type ') && / hook /.test(trimmed)) {
      lines.set(`${table} ${chain}`, { line, text: trimmed });
      const found = / devices? (?:= )?(?:\{ ?)?("?[^{}]{1,400}?"?)(?: ?\})? priority/.exec(trimmed);
      if (found?.[1])
        devices.set(
          `${table} ${chain}`,
          found[1].split(',').map((name) => name.trim().replace(/"/g, '')),
        );
    } else {
      const mark = trimmed.lastIndexOf(' # handle ');
      if (mark > 0) lines.set(`${table} ${chain} ${trimmed.slice(mark + 10)}`, { line, text: trimmed.slice(0, mark) });
    }
  }
  return { lines, tables, dormant, devices };
}
