import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Suite, seedOf } from '../../lab/seed.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The programs of a suite, run in its base tree with a `/tmp` of their own: nothing is written to the tree. */
export interface Chrooted {
  /** Runs one line of sh; commands run one after the other. */
  run(line: string): Promise<Said>;
  close(): Promise<void>;
}

// One shell for all commands: starting a namespace for each would take most of the time.
const ENTER = `
set -e
mount -t tmpfs tmpfs "$1/tmp"
mount -t tmpfs tmpfs "$1/run"
mkdir "$1/run/sshd"
: >"$1/tmp/empty"
exec chroot "$1" /bin/sh -c 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; cd /; alias sshd=/usr/sbin/sshd
while IFS= read -r line; do
  eval "$line" >/tmp/.out 2>/tmp/.err </dev/null; code=$?
  printf "%s %s %s\\n" "$code" "$(wc -l </tmp/.out)" "$(wc -l </tmp/.err)"
  cat /tmp/.out /tmp/.err
done'`;

/** Opens a base tree, building it first where there is none. Needs root. */
export async function chrooted(suite: Suite): Promise<Chrooted> {
  const { base } = await seedOf(suite);
  const child: ChildProcess = spawn('unshare', ['-m', 'sh', '-c', ENTER, 'sh', base], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const take = async (count: number): Promise<string> => {
    let text = '';
    for (let i = 0; i < count; i++) text += `${(await lines.next()).value}\n`;
    return text;
  };
  return {
    async run(line) {
      stdin.write(`${line}\n`);
      const head = await lines.next();
      if (head.done) throw new Error(`the shell of ${suite} has ended`);
      const [code = 0, out = 0, err = 0] = head.value.split(' ').map(Number);
      return { code, stdout: await take(out), stderr: await take(err) };
    },
    async close() {
      stdin.end();
      await once(child, 'close');
    },
  };
}
