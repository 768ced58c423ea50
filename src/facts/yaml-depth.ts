/** Deeper than what anybody writes by hand or a program of an inventory prints. */
export const YAML_DEPTH_MAX = 100;

const BLANK = new Set([' ', '\t', '-', '?', ':'].map((char) => char.charCodeAt(0)));

/**
 * Whether a text of YAML is nested more deeply than `YAML_DEPTH_MAX`. To be asked before it is parsed: the parser goes down one call for
 * each level, and where the stack ends while V8 compiles a pattern the process itself ends, which nothing can catch. Each level is an open
 * bracket, or takes at least two columns. Brackets in quotes and comments count; linear.
 */
export function yamlTooDeep(text: string): boolean {
  let [open, indent, inIndent] = [0, 0, true];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) {
      [indent, inIndent] = [0, true];
      continue;
    }
    if (code === 0x5b || code === 0x7b) open += 1;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    inIndent &&= BLANK.has(code);
    if (inIndent) indent += 1;
    if (open > YAML_DEPTH_MAX || indent > 2 * YAML_DEPTH_MAX) return true;
  }
  return false;
}
