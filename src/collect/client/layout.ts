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

/** Bytes as text: printable ASCII as it is, everything else `\xNN`, a backslash doubled. */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x5c) text += '\\\\';
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
