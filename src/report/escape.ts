import { cut } from '../model/cut.ts';

/**
 * Makes foreign text safe to print: control characters, C1 controls, bidirectional overrides, invisible formats and lone surrogates are
 * shown as visible escapes (`\x1b`, `\u202e`). Newline and tab are escaped too: one text stays on one line.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0x0a) return '\\n';
    if (code === 0x09) return '\\t';
    if (code === 0x0d) return '\\r';
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** At most `width` characters of visible text, with an ellipsis where something was cut. */
export function clip(text: string, width: number): string {
  return cut(visible(text.slice(0, width * 2)), width);
}

/** An error that nobody expected, line for line: its message may be made of what another machine said. */
export function stackText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return stack.split('\n').map(visible).join('\n');
}
