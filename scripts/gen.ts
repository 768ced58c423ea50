/** `npm run gen`: the index of causes first, because whatever else is made imports it, and a cause that was renamed is missing there. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CAUSES_INDEX, causesIndex } from './causes-index.ts';

writeFileSync(path.join(import.meta.dirname, '..', CAUSES_INDEX), causesIndex());
await import('./generate.ts');
