import { Lexer } from 'yaml';

/** Deeper than what anybody writes by hand or a program of an inventory prints. */
export const YAML_DEPTH_MAX = 200;

/**
 * Whether collections stand in one another deeper than `YAML_DEPTH_MAX`, as written in one line: the parser calls itself for each, and
 * a small file could use up the memory of the process. Deeper by indentation a file of some length cannot be: each level costs
 * its line as many blanks. Linear in the text.
 */
export function yamlTooDeep(text: string): boolean {
  let [flow, block] = [0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow--;
    else if (token === '-' || token === '?' || token === ':') block++;
    else if (token.endsWith('\n')) block = 0;
    if (flow > YAML_DEPTH_MAX || (flow === 0 && block > YAML_DEPTH_MAX)) return true;
  }
  return false;
}
