/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", ddmin): the smallest part
 * of `all`, in its order, that still fails, as far as leaving out any one more makes it pass. `all` itself must fail.
 * No part is tried twice.
 */
export async function minimize<T>(
  all: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  const tried = new Map<string, boolean>();
  const order = new Map(all.map((one, i) => [one, i]));
  const check = async (part: readonly T[]): Promise<boolean> => {
    const key = part.map((one) => order.get(one)).join(' ');
    const known = tried.get(key);
    if (known !== undefined) return known;
    const answer = await fails(part);
    tried.set(key, answer);
    return answer;
  };

  let left = all;
  let pieces = 2;
  while (left.length > 1) {
    const size = Math.ceil(left.length / pieces);
    const parts = Array.from({ length: Math.ceil(left.length / size) }, (_, i) => left.slice(i * size, (i + 1) * size));
    const alone = await first(parts, check);
    if (alone) {
      [left, pieces] = [alone, 2];
      continue;
    }
    const without =
      parts.length > 2
        ? await first(
            parts.map((part) => difference(left, part)),
            check,
          )
        : undefined;
    if (without) [left, pieces] = [without, Math.max(pieces - 1, 2)];
    else if (pieces >= left.length) break;
    else pieces = Math.min(left.length, pieces * 2);
  }
  return left;
}

const difference = <T>(all: readonly T[], part: readonly T[]): readonly T[] => all.filter((one) => !part.includes(one));

async function first<T>(
  parts: readonly (readonly T[])[],
  check: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  for (const part of parts) if (part.length > 0 && (await check(part))) return part;
  return undefined;
}
