import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../src/report/json-text.ts';

it('is the same value as JSON has it, in characters that no terminal obeys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = jsonText(value, indent);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u);
    }),
  );
});

it('leaves what people read as it is, and writes halves of characters beyond the first plane', () => {
  expect(jsonText({ a: 'Grüße 漢字 🔥' })).toBe('{"a":"Grüße 漢字 🔥"}');
  expect(jsonText('\x9b\u202e\u{e0041}')).toBe('"\\u009b\\u202e\\udb40\\udc41"');
});
