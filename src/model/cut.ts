/** At most `most` UTF-16 units of a text, with an ellipsis where something was cut; never in the middle of a character. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
