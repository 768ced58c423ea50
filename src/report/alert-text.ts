import { clip, visible } from './escape.ts';

/** Makes foreign text harmless for one kind of reader, in one line. */
export type Tame = (text: string) => string;

/**
 * For people whose program makes links of what looks like one: `http://` becomes `http[:]//`, `www.` becomes `www[.]`.
 * A user name that an attacker chose must not be a link in a message that asks to act at once.
 */
export function unlinked(text: string): string {
  return visible(text)
    .replace(/:\/\//g, '[:]//')
    .replace(/www\./gi, (www) => `${www.slice(0, -1)}[.]`)
    .replace(/\b(mailto|tel|sms):/gi, '$1[:]');
}

/**
 * For a chat, where `@everyone` or `@channel` wakes people up: `@` at the beginning of a word becomes `(at)`, and before such words
 * also within one. `alice@web1` stays.
 */
export function unmentioned(text: string): string {
  return unlinked(text).replace(
    /(?<![\p{L}\p{N}])[@\uff20\ufe6b]|[@\uff20\ufe6b](?=everyone|here|channel|all|group|team)/giu,
    '(at)',
  );
}

/** A tame text of at most `width` characters. */
export function tamed(tame: Tame, text: string, width: number): string {
  const shown = tame(clip(text, width));
  // What was cut may have been one half of a character.
  return (shown.length > 2 * width ? `${shown.slice(0, 2 * width - 1)}…` : shown).replace(/\p{Cs}/gu, '');
}
