import { Lexer } from 'yaml';

/** Deeper than what anybody writes by hand or a program of an inventory prints. */
export const YAML_DEPTH_MAX = 100;

/**
 * Whether a text of YAML is nested more deeply than `YAML_DEPTH_MAX`. To be asked before it is parsed: the parser goes down one call for
 * each level, and where the stack ends while V8 compiles a pattern the process itself ends, which nothing can catch. A level is an open
 * bracket, or takes at least two columns of a line's beginning. Linear.
 */
export function yamlTooDeep(text: string): boolean {
  if (new RegExp(`^[ \\t?:-]{${2 * YAML_DEPTH_MAX + 1}}`, 'm').test(text)) return true;
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open++;
    else if (token === ']' || token === '}') open--;
    if (open > YAML_DEPTH_MAX) return true;
  }
  return false;
}
