interface Piece {
  /** One character that fits; null for `*`. */
  readonly fits: ((char: string) => boolean) | null;
}

/** fnmatch(3) without flags; `undefined` for classes of characters, which depend on the locale. */
export function fnmatch(pattern: string, text: string): boolean | undefined {
  const pieces: Piece[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '*') pieces.push({ fits: null });
    else if (char === '?') pieces.push({ fits: () => true });
    else if (char === '\\') {
      const escaped = pattern[++i];
      if (escaped === undefined) return false;
      pieces.push({ fits: (one) => one === escaped });
    } else if (char === '[') {
      const [, not = '', inside] = /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(i)) ?? [];
      if (inside === undefined) pieces.push({ fits: (one) => one === '[' });
      else {
        if (/[[\\]/.test(inside)) return undefined;
        pieces.push({ fits: (one) => within(inside, one) === (not === '') });
        i += not.length + inside.length + 1;
      }
    } else pieces.push({ fits: (one) => one === char });
  }
  return matches(pieces, text);
}

function within(set: string, char: string): boolean {
  for (let i = 0; i < set.length; i++) {
    const [from = '', dash, to] = [set[i], set[i + 1], set[i + 2]];
    if (dash === '-' && to !== undefined) {
      if (char >= from && char <= to) return true;
      i += 2;
    } else if (from === char) return true;
  }
  return false;
}

/** Only the last `*` is ever gone back to. */
function matches(pieces: readonly Piece[], text: string): boolean {
  let [at, piece, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    const one = pieces[piece];
    if (one?.fits === null) {
      star = piece++;
      from = at;
    } else if (one?.fits(text[at] ?? '')) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++from;
    } else return false;
  }
  return pieces.slice(piece).every(({ fits }) => fits === null);
}
