/** Texts that are made to take long, each of about `bytes` bytes, after a captured one. */
export const SHAPES: Readonly<Record<string, (seed: Buffer, bytes: number) => Buffer>> = {
  /** The captured text again and again: what a busy host would have. */
  captured: (seed, bytes) => Buffer.alloc(bytes, Buffer.concat([seed, Buffer.from('\n')])),
  'one line': (_, bytes) => Buffer.alloc(bytes, 'a'),
  'short lines': (_, bytes) => Buffer.alloc(bytes, 'a b\n'),
  blanks: (seed, bytes) =>
    Buffer.concat([longestLine(seed).subarray(0, 8), Buffer.alloc(bytes, ' '), Buffer.from('x')]),
  /** A line that goes on as it should, and then does not end. */
  'no end': (seed, bytes) => Buffer.alloc(bytes, longestLine(seed)),
  /** Lines that are right up to their last byte. */
  'nearly right': (seed, bytes) =>
    Buffer.alloc(bytes, Buffer.concat([longestLine(seed).subarray(0, -1), Buffer.from('\x01\n')])),
  'one word': (seed, bytes) => Buffer.concat([longestLine(seed).subarray(0, 12), Buffer.alloc(bytes, '=:"@/,')]),
  nested: (_, bytes) => Buffer.alloc(bytes, '[{"a":'.repeat(4)),
  'nested lists': (_, bytes) => Buffer.alloc(bytes, '['),
};

function longestLine(seed: Buffer): Buffer {
  const lines = seed.toString('latin1').split('\n');
  const longest = lines.reduce(
    (a, b) => (b.length > a.length && b.length < 2000 ? b : a),
    lines[0]?.slice(0, 2000) ?? '',
  );
  return Buffer.from(longest || 'a', 'latin1');
}
