/** `key=value` lines by key, in order; a key may come more than once. Lines without `=` are passed over. */
export function keyValues(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at <= 0) continue;
    const key = line.slice(0, at);
    const list = values.get(key);
    if (list) list.push(line.slice(at + 1));
    else values.set(key, [line.slice(at + 1)]);
  }
  return values;
}
