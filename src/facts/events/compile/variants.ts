/** One way of writing a message: literals and tokens in turn, `literals` being one longer than `tokens`. */
export interface Plain {
  /** As a row says it, without `[[…]]` and `<<a|b>>`. */
  readonly says: string;
  readonly literals: readonly string[];
  readonly tokens: readonly string[];
}

/** More ways than this of writing one message are left to its regular expression. */
const MOST = 24;

const EDGE = /\[\[|\]\]|<<|>>|\|/g;

/** Index of the end of the group that begins at `from` (just behind its opening), and where its alternatives part. */
function group(says: string, from: number, close: ']]' | '>>'): { end: number; bars: number[] } {
  const bars: number[] = [];
  let depth = 1;
  EDGE.lastIndex = from;
  for (let found = EDGE.exec(says); found !== null; found = EDGE.exec(says)) {
    const [edge] = found;
    if (edge === '[[' || edge === '<<') depth += 1;
    else if (edge === '|') {
      if (depth === 1 && close === '>>') bars.push(found.index);
    } else if (--depth === 0) return { end: found.index, bars };
  }
  throw new Error(`a group does not end: ${says}`);
}

/** All texts that a template with `[[…]]` and `<<a|b>>` stands for, in the order in which a regular expression tries them. */
function expand(says: string): readonly string[] {
  const at = says.search(/\[\[|<</);
  if (at === -1) return [says];
  const optional = says.startsWith('[[', at);
  const { end, bars } = group(says, at + 2, optional ? ']]' : '>>');
  const edges = [at + 1, ...bars, end];
  const choices = optional
    ? [says.slice(at + 2, end), '']
    : edges.slice(1).map((edge, i) => says.slice((edges[i] ?? 0) + 1, edge));
  const made: string[] = [];
  for (const choice of choices) {
    made.push(...expand(says.slice(0, at) + choice + says.slice(end + 2)));
    if (made.length > MOST) return made;
  }
  return made;
}

/** Undefined: too many. */
export function variantsOf(says: string): readonly Plain[] | undefined {
  const all = expand(says);
  if (all.length > MOST) return undefined;
  return all.map((text) => {
    const parts = text.split(/\{(\w+)\}/);
    return { says: text, literals: parts.filter((_, i) => i % 2 === 0), tokens: parts.filter((_, i) => i % 2 === 1) };
  });
}
