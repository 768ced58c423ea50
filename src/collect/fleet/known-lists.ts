import type { KnownLists, Lists } from '../client/kexinit.ts';

const CHARACTERS_MAX = 8 << 20;

/** Remembers lists of algorithms, which few builds and configurations of servers share; bounded, because a server says what it likes. */
export function knownLists(): KnownLists {
  const all = new Map<string, Lists>();
  let characters = 0;
  return {
    get: (text) => all.get(text),
    set(text, lists) {
      characters += text.length;
      if (characters <= CHARACTERS_MAX) all.set(text, lists);
    },
  };
}
