const SIGN: Readonly<Record<string, readonly [sign: string, name: string]>> = {
  o: ['✓', 'open'],
  c: ['✗', 'closed'],
  d: ['!', 'degraded'],
  u: ['?', 'unknown'],
  '-': ['·', 'not reached'],
};

/** A sign for each gate; read aloud only those that are not open. */
export function Marks(o: { readonly gates: readonly string[]; readonly letters: string }) {
  const amiss = o.gates.flatMap((gate, at) => {
    const letter = o.letters[at] ?? '-';
    return letter === 'o' || letter === '-' ? [] : [`${gate} ${SIGN[letter]?.[1]}`];
  });
  return (
    <span role="img" aria-label={amiss.length === 0 ? 'no gate known to be closed' : amiss.join(', ')}>
      {o.gates.map((gate, at) => {
        const letter = o.letters[at] ?? '-';
        const [sign, name] = SIGN[letter] ?? ['·', 'not reached'];
        return (
          <span key={gate} class={`g g-${letter}`} title={`${gate}: ${name}`}>
            {sign}
          </span>
        );
      })}
    </span>
  );
}
