/** Inputs that are tried to make one smaller. */
const TRIES = 600;

/**
 * The shortest input found, by leaving out ever smaller parts (ddmin), that still `fails`; what is left is made plainer.
 * Bounded in tries, not in time.
 */
export async function minimised(
  input: Buffer,
  fails: (input: Buffer) => Promise<boolean>,
  tries = TRIES,
): Promise<Buffer> {
  let best = input;
  let left = tries;
  const attempt = async (one: Buffer): Promise<boolean> => {
    if (left-- <= 0 || !(await fails(one))) return false;
    best = one;
    return true;
  };
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2))
    for (let at = 0; at < best.length && left > 0; )
      if (!(await attempt(Buffer.concat([best.subarray(0, at), best.subarray(at + size)])))) at += size;
  for (let at = 0; at < best.length && left > 0; at++) {
    if (best[at] === 97 || best[at] === 10) continue;
    const plain = Buffer.from(best);
    plain[at] = 97;
    await attempt(plain);
  }
  return best;
}
