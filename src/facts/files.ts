import type { FactSource } from '../model/cause.ts';
import { pathOfSection, sectionName } from './bundle.ts';
import { type Family, family, section } from './source.ts';

/** A file of the server as lines; null when it was looked for and is not there. */
export function file(path: string): FactSource<readonly string[] | null> {
  return section(
    'server',
    sectionName(path),
    `lines of ${path}; null when it is not there`,
    (text) => text?.split('\n') ?? null,
  );
}

/** All files that were looked for, by path, with their status. */
export const files = family(
  'server',
  'file:',
  'the files of the server that matter',
  (members): Family => new Map([...members].map(([name, found]) => [pathOfSection(`file:${name}`) ?? name, found])),
  'files',
);
