/** Bytes of messages, and the same as Latin-1 text: bytes are compared, four at a time, and text is cut. */
export interface Page {
  readonly bytes: Buffer;
  readonly view: DataView;
  text: string;
}

/** Bytes that are looked at together; strings of more than this are dear to make. */
export const SIZE = 1 << 16;

/** Longer lines are cut: no daemon writes them. */
export const LONGEST = 16_384;

/** There is room for a line that is not whole yet and for what comes behind it. */
export const ROOM = LONGEST + SIZE;

/** So many bytes of anything stand behind the last message. */
export const PAD = 64;

function emptyPage(): Page {
  const bytes = Buffer.alloc(ROOM + PAD);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), text: '' };
}

/**
 * What is read is read from here: one page for all, because V8 makes better code where it can take for constant which bytes are
 * looked at.
 */
export const page = emptyPage();

/** The first `length` bytes of it are new. */
export function refresh(length: number): void {
  page.text = page.bytes.toString('latin1', 0, length);
}

/** Reads something else in between; what was on the first `length` bytes of the page is there again afterwards. */
export function aside<T>(length: number, read: () => T): T {
  const { text, bytes } = page;
  const kept = Buffer.from(bytes.subarray(0, length));
  try {
    return read();
  } finally {
    bytes.set(kept);
    page.text = text;
  }
}

/** Reads a text from the page, which has so many bytes there; of more than `ROOM` it is cut. */
export function onPage<T>(text: string, read: (length: number) => T): T {
  const most = Math.min(Buffer.byteLength(text), ROOM);
  return aside(most, () => {
    const length = page.bytes.write(text, 0, most);
    refresh(length);
    return read(length);
  });
}

/** Text to hold bytes of the page against: its bytes four at a time (little-endian); of the last four only those in `mask`. */
export interface Literal {
  length: number;
  readonly words: Int32Array;
  mask: number;
}

/** Room for a literal of at most `most` bytes. */
export const roomFor = (most: number): Literal => ({ length: 0, words: new Int32Array((most + 3) >> 2), mask: 0 });

/** Makes the literal the `length` bytes at `at` of the page. */
export function copyTo(literal: Literal, at: number, length: number): void {
  const { view } = page;
  const count = (length + 3) >> 2;
  for (let i = 0; i < count; i++) literal.words[i] = view.getInt32(at + i * 4, true);
  literal.length = length;
  literal.mask = lastMask(length);
}

/** Which bytes of the last word of so many are of them. */
export const lastMask = (length: number): number => (-1 >>> (((4 - (length & 3)) & 3) * 8)) | 0;

export function literalOf(text: string): Literal {
  const made = roomFor(text.length);
  const { words } = made;
  for (let i = 0; i < text.length; i++) {
    const at = i >> 2;
    words[at] = (words[at] as number) | ((text.charCodeAt(i) & 255) << ((i & 3) * 8));
  }
  made.length = text.length;
  made.mask = lastMask(text.length);
  return made;
}

/** Makes `has`; within a function for the sake of its constants, see `matcher`. */
function comparer(): (at: number, literal: Literal) => boolean {
  const { view } = page;
  return function has(at, { length, words, mask }) {
    const last = (length - 1) >> 2;
    if (last < 0) return true;
    if (((view.getInt32(at + last * 4, true) ^ (words[last] as number)) & mask) !== 0) return false;
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    return true;
  };
}

/** Whether the literal stands at `at`, which has to be on the page. */
export const has = comparer();
