import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, visible } from '../../src/report/escape.ts';

describe('visible', () => {
  it('shows escapes, direction overrides and line breaks instead of obeying them', () => {
    expect(visible('a\x1b[2Jb\r\nc\td\u202eexe\u009b1m\u200b')).toBe('a\\x1b[2Jb\\r\\nc\\td\\u202eexe\\x9b1m\\u200b');
  });

  it('leaves ordinary text of any language alone', () => {
    expect(visible('пользователь “web-1” 漢字 ✔')).toBe('пользователь “web-1” 漢字 ✔');
  });

  it('never lets a control, format or surrogate character through, and needs no second pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });
});

describe('clip', () => {
  it('cuts what is too long, and works on huge text', () => {
    expect(clip('x'.repeat(50_000_000), 10)).toBe('xxxxxxxxx…');
    expect(clip('short', 10)).toBe('short');
    expect(clip('\u{10000}'.repeat(10), 10)).toBe(`${'\u{10000}'.repeat(4)}…`);
  });
});
