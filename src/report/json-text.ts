/** What `JSON.stringify` leaves as it is and a terminal or an editor obeys: DEL, C1 controls, orders of direction, what is invisible. */
const OBEYED = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

const unit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JSON that can be printed: whoever reads it as JSON gets the same value as from `JSON.stringify`, and whoever looks at it on a
 * terminal sees escapes (RFC 8259, 7) where a host wrote characters that would be obeyed.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return /[^\0-\x7e]/.test(text) ? text.replace(OBEYED, (char) => char.split('').map(unit).join('')) : text;
}
