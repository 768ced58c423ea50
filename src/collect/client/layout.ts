import type { Section } from '../../model/bundle.ts';

/**
 * JSON with one member of the object a line and one element of a list of objects a line, so that a finding can cite
 * the line that it was read from.
 */
export function layout(value: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spread(member)}`);
  return `{\n${members.join(',\n')}\n}`;
}

function spread(member: unknown): string {
  if (!Array.isArray(member) || member.length === 0 || typeof member[0] !== 'object') return JSON.stringify(member);
  return `[\n${member.map((element) => JSON.stringify(element)).join(',\n')}\n]`;
}

export function json(value: Readonly<Record<string, unknown>>): Section {
  return { status: 'ok', text: layout(value) };
}

export function gap(status: Section['status'], detail: string): Section {
  return { status, text: '', detail };
}

const ESCAPED = Array.from({ length: 256 }, (_, byte) =>
  byte === 0x5c ? '\\\\' : `\\x${byte.toString(16).padStart(2, '0')}`,
);

/** Bytes as text: printable ASCII as it is, everything else `\xNN`, a backslash doubled. */
export function escapeBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[^ -[\]-~]/g, (character) => ESCAPED[character.charCodeAt(0)] ?? '');
}
