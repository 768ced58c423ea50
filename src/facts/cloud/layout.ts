import { isObject, type Json } from '../client/json.ts';
import { Unparsable } from '../source.ts';

/** Lists that hold rules: one element a line, so that a finding can cite it. */
const BROKEN = new Set([
  'IpPermissions',
  'Entries',
  'Associations',
  'NetworkInterfaces',
  'securityRules',
  'defaultSecurityRules',
  'effectiveSecurityRules',
  'ipConfigurations',
  'firewalls',
  'firewallPolicys',
  'rules',
]);

/** 1-based line at which an object begins. */
export type Lines = ReadonlyMap<object, number>;

/** The text of a section that holds `items`, and the line of each item and rule. */
export function layOut(items: readonly Json[]): { text: string; lines: Lines } {
  const lines = new Map<object, number>();
  const out: string[] = [];
  let line = 1;
  const put = (text: string): void => {
    out.push(text);
    if (text.endsWith('\n')) line++;
  };
  const list = (elements: readonly unknown[]): void => {
    put(elements.length === 0 ? '[' : '[\n');
    for (const [i, element] of elements.entries()) {
      if (isObject(element)) lines.set(element, line);
      one(element);
      put(i === elements.length - 1 ? '\n' : ',\n');
    }
    put(']');
  };
  const one = (value: unknown): void => {
    if (!isObject(value)) {
      put(JSON.stringify(value) ?? 'null');
      return;
    }
    put('{');
    for (const [i, [key, inner]] of Object.entries(value).entries()) {
      put(`${i === 0 ? '' : ', '}${JSON.stringify(key)}: `);
      if (BROKEN.has(key) && Array.isArray(inner)) list(inner);
      else put(JSON.stringify(inner) ?? 'null');
    }
    put('}');
  };
  list(items);
  return { text: out.join(''), lines };
}

/** What a section holds; lines only where it is laid out as we do it. @throws Unparsable for anything but a list of objects. */
export function readItems(text: string | null): { items: readonly Json[]; lines: Lines } {
  let items: unknown;
  try {
    items = JSON.parse(text ?? '');
  } catch {
    throw new Unparsable('not whole JSON');
  }
  if (!Array.isArray(items) || !items.every(isObject)) throw new Unparsable('not a list of objects');
  try {
    const again = layOut(items);
    return { items, lines: again.text === text ? again.lines : new Map() };
  } catch {
    throw new Unparsable('nested too deeply');
  }
}
