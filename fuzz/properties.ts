import type { Target } from './target.ts';

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Map, Set, RegExp, Error, Promise, Buffer].map(
  ({ prototype }) => prototype as object,
);
const shape = (): string => PROTOTYPES.map((one) => Reflect.ownKeys(one).length).join();
const CLEAN = shape();

/** Objects of a result that are looked at. */
const MOST = 5000;

/** An object of data whose prototype came from the data: `{"__proto__": {…}}` that was assigned key by key. */
function strangePrototype(value: unknown): boolean {
  const seen = new Set<unknown>();
  const todo: unknown[] = [value];
  while (todo.length > 0 && seen.size < MOST) {
    const one = todo.pop();
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    const proto: unknown = Object.getPrototypeOf(one);
    if (typeof proto === 'object' && proto !== null && !Object.hasOwn(proto, 'constructor') && proto !== null) {
      // Iterators and the like have no constructor of their own, but methods.
      if (!Reflect.ownKeys(proto).some((key) => typeof key === 'symbol')) return true;
    }
    if (one instanceof Map) todo.push(...one.keys(), ...one.values());
    else if (one instanceof Set || (Array.isArray(one) && one.length < MOST)) todo.push(...one);
    else if (!ArrayBuffer.isView(one) && !Array.isArray(one)) todo.push(...Object.values(one));
  }
  return false;
}

/** A result as text; functions in it are made anew each time and say nothing. */
function written(value: unknown): string {
  return (
    JSON.stringify(value, (_, one: unknown) => {
      if (typeof one === 'bigint') return `${one}n`;
      if (one instanceof Map) return [...one];
      if (one instanceof Set) return [...one];
      return one;
    }) ?? ''
  );
}

export type Outcome = { readonly value: unknown } | { readonly refused: string } | { readonly fault: string };

async function once({ run, may = [] }: Target, input: Buffer, deep: boolean): Promise<Outcome> {
  try {
    return { value: await run(input, deep) };
  } catch (error) {
    if (!(error instanceof Error)) return { fault: `it throws ${typeof error}, no error` };
    if (may.some((known) => error instanceof known)) return { refused: error.message };
    const where = /^ {4}at (.*)$/m.exec(error.stack ?? '')?.[1] ?? '';
    return { fault: `${error.name}: ${error.message.slice(0, 200)} (${where.replace(/\(.*\//, '(')})` };
  }
}

export interface How {
  /** It also has to say the same twice. */
  readonly again: boolean;
  /** Also what is made of it later. */
  readonly deep: boolean;
}
export const WHOLE: How = { again: true, deep: true };

/** What does not hold of a target for one input. */
export async function faultOf(target: Target, input: Buffer, { again, deep }: How): Promise<string | undefined> {
  const first = await once(target, input, deep);
  if (shape() !== CLEAN) return 'a prototype of the language was written to';
  if ('fault' in first) return first.fault;
  if ('value' in first) {
    if (strangePrototype(first.value)) return 'the prototype of an object in the result came from the text';
    const read = target.schema?.safeParse(first.value);
    if (read?.success === false) {
      const [issue] = read.error.issues;
      return `the result is not what its schema says: ${issue?.path.join('.')}: ${issue?.message}`;
    }
  }
  if (again && written(first) !== written(await once(target, input, deep))) return 'the second answer is another one';
  return undefined;
}
