/** `npm run new-cause gate/state`: writes the cause, its test and its lab case, to be filled in. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GATES } from '../src/model/gate.ts';

const root = path.join(import.meta.dirname, '..');
const id = process.argv[2] ?? '';
const [gate, state] = id.split('/');
if (!(GATES as readonly string[]).includes(gate ?? '') || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(state ?? '')) {
  console.error(
    `usage: npm run new-cause gate/state\n  gate: ${GATES.join(' ')}\n  state: the broken state, in-kebab-case`,
  );
  process.exit(2);
}

const files = {
  [`src/causes/${id}.ts`]: `import { listeners } from '../../facts/listeners.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly what: string;
}

export const cause = defineCause<Data>({
  id: '${id}',
  severity: 'blocks',
  title: '',
  why: '',
  refs: [],
  proofs: [
    proof({
      needs: { listeners },
      check({ listeners }) {
        throw new Error(\`${id}: say how \${listeners} proves it\`);
      },
    }),
  ],
  says: ({ what }) => what,
});
`,
  [`test/causes/${id}.test.ts`]: `import { causeTest } from '../../cause-test.ts';

// Found in what the lab captured of it; silent on healthy hosts; unknown without its facts.
causeTest('${id}');
`,
  [`lab/cases/${id}.ts`]: `import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: '${id}',
    breakServer: 'exit 1 # break a healthy host here',
    fails: /say what the real ssh prints/,
    server: { first: '${id}', verdict: 'confirmed' },
    client: {},
    joined: { first: '${id}', verdict: 'confirmed' },
  },
];
`,
};

for (const file of Object.keys(files)) {
  if (existsSync(path.join(root, file))) {
    console.error(`${file} is there already`);
    process.exit(2);
  }
}
for (const [file, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(file);
}
// The page shows what the lab captured, so it is made again after that.
console.log(`Then, as docs/contributing.md says:
  npm run gen; npm run lab -- --only ${id} --capture; npm run gen; npm run check`);
