import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { tooDeep } from '../facts/yaml-depth.ts';
import { UsageError } from '../model/errors.ts';

type Path = readonly (string | number)[];

/** What a file of YAML says, and how to complain of a place in it: by file and line. */
export interface ReadYaml<T> {
  readonly written: T;
  at(path: Path, message: string): UsageError;
}

/** `otherwise`: what is said of a file when the schema gives no reason. @throws UsageError with file and line for what the schema does not take. */
export function readYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  otherwise: string,
): ReadYaml<z.infer<S>> {
  if (tooDeep(text)) throw new UsageError(`${file}: it is nested too deeply`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new UsageError(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  /** Where a key stands, else what holds it. */
  const nodeAt = (path: Path): unknown => {
    const holder = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
    const pair = isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
    return pair?.key ?? document.getIn(path, true);
  };
  const at = (path: Path, message: string): UsageError => {
    let node: unknown;
    for (let end = path.length; end >= 0 && !isNode(node); end--) node = nodeAt(path.slice(0, end));
    const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
    return new UsageError(`${file}:${line}: ${message}`);
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 10 });
  } catch (thrown) {
    // Aliases that multiply.
    throw new UsageError(`${file}: ${(thrown as Error).message}`);
  }
  const read = schema.safeParse(value ?? {});
  if (read.success) return { written: read.data, at };
  const [issue] = read.error.issues;
  const path = (issue?.path ?? []).map((one) => (typeof one === 'number' ? one : String(one)));
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = unknown === undefined ? path : [...path, unknown];
  throw at(where, `${where.join('.') || 'the file'}: ${issue?.message ?? otherwise}`);
}
