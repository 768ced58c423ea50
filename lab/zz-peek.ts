import { readFileSync } from 'node:fs';
import { bootLab } from './host.ts';
import type { Suite } from './seed.ts';

const [suites, file, ...sshArgs] = process.argv.slice(2);
await Promise.all(
  (suites ?? '').split(',').map(async (suite) => {
    const lab = await bootLab({ suite: suite as Suite });
    try {
      const [before = '', after = ''] = readFileSync(file ?? '', 'utf8').split('#---\n');
      const a = await lab.host.run(before, { timeoutMs: 60000 });
      const s = await lab.client.ssh({ args: sshArgs, timeoutMs: 40000 });
      const b = await lab.host.run(after, { timeoutMs: 60000 });
      console.log(
        `=== ${suite}\n${a.stdout}${a.stderr}\n-- ssh ${s.code}\n${s.stdout}${s.stderr}\n-- after\n${b.stdout}${b.stderr}`,
      );
    } finally {
      await lab.destroy();
    }
  }),
);
