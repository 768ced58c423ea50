import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hostileInput } from './table.ts';

writeFileSync(path.join(import.meta.dirname, '../../docs/hostile-input.md'), hostileInput());
