import { type AnyNode, parse } from 'acorn';
import { full } from 'acorn-walk';
import MagicString from 'magic-string';

/** Source files in a script that esbuild has bundled, and where they lie: it says so in comments. */
function filesOf(script: string): { readonly name: string; readonly from: number }[] {
  return [...script.matchAll(/^\/\/ (\S+\.(?:tsx?|[mc]?js))$/gm)].map((found) => ({
    name: found[1] ?? '',
    from: found.index,
  }));
}

export interface Instrumented {
  readonly script: string;
  /** For each counter the number of its source file. */
  readonly fileOf: readonly number[];
}

/**
 * A bundled script in which each function, branch and turn of a loop of `src/` counts itself in `globalThis.$ran`, a
 * Uint8Array that has to be there before. V8 counts as well, but to ask it costs more than to read most inputs.
 */
export function instrumented(script: string): Instrumented {
  const files = filesOf(script);
  const made = new MagicString(script);
  const fileOf: number[] = [];
  let file = 0;
  const nodes: AnyNode[] = [];
  full(parse(script, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => void nodes.push(node as AnyNode));

  const counter = (at: number): string => {
    while (file > 0 && (files[file]?.from ?? 0) > at) file -= 1;
    while ((files[file + 1]?.from ?? Number.POSITIVE_INFINITY) <= at) file += 1;
    return `$ran[${fileOf.push(file) - 1}]++`;
  };
  const own = (at: number): boolean => {
    const found = files.findLast(({ from }) => from <= at);
    return found?.name.startsWith('src/') === true;
  };
  const statement = (node: AnyNode | null | undefined): void => {
    if (!node) return;
    if (node.type === 'BlockStatement') made.appendLeft(node.start + 1, `${counter(node.start)};`);
    else {
      made.appendRight(node.start, `{${counter(node.start)};`);
      made.appendLeft(node.end, '}');
    }
  };
  const expression = (node: AnyNode): void => {
    made.appendRight(node.start, `(${counter(node.start)},`);
    made.appendLeft(node.end, ')');
  };
  for (const node of nodes.filter(({ start }) => own(start)).toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        statement(node.body);
        break;
      case 'ArrowFunctionExpression':
        if (node.body.type === 'BlockStatement') statement(node.body);
        else expression(node.body);
        break;
      case 'IfStatement':
        statement(node.consequent);
        if (node.alternate?.type !== 'IfStatement') statement(node.alternate);
        break;
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        statement(node.body);
        break;
      case 'SwitchCase':
        if (node.consequent[0]) made.appendRight(node.consequent[0].start, `${counter(node.start)};`);
        break;
      case 'ConditionalExpression':
        expression(node.consequent);
        expression(node.alternate);
        break;
      case 'LogicalExpression':
        expression(node.right);
        break;
      case 'CatchClause':
        statement(node.body);
        break;
      default:
    }
  }
  return { script: made.toString(), fileOf };
}
