/** Brackets that may be open at once, and columns that a line may be indented by its blanks and dashes. */
const OPEN = 100;
const COLUMNS = 200;

/**
 * Whether a text of YAML is nested more deeply than anybody writes by hand. To be asked before it is parsed: the parser goes
 * down one call for each level, and where the stack ends while V8 compiles a pattern the process itself ends, which nothing
 * can catch. Each level is an open bracket, or takes a column. Brackets in quotes and comments count; linear.
 */
export function tooDeep(text: string): boolean {
  let open = 0;
  let indent = 0;
  let inIndent = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) {
      indent = 0;
      inIndent = true;
      continue;
    }
    if (code === 0x5b || code === 0x7b) open += 1;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    // Blank, tab, `-`, `?` and `:`.
    if (inIndent && (code === 0x20 || code === 0x09 || code === 0x2d || code === 0x3f || code === 0x3a)) indent += 1;
    else inIndent = false;
    if (open > OPEN || indent > COLUMNS) return true;
  }
  return false;
}
