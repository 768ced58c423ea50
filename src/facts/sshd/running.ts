import { sshdBinary } from '../binary.ts';
import { type Process, processes } from '../processes.ts';
import { derived, family } from '../source.ts';
import { MAIN_CONFIG, sshdConfig } from './index.ts';
import { parseConfig, type SshdConfig } from './parse.ts';

/** The configuration that the listening daemon was given. */
export interface RunningConfig {
  readonly config: SshdConfig;
  /** The file that it begins with. */
  readonly main: string;
  /** Keywords in lower case that its command line sets (`-o`), which come before every file; and that line. */
  readonly overridden: ReadonlySet<string>;
  readonly by?: Process;
}

/** The daemon that waits for connections, by its title or its command line. */
function listener(all: readonly Process[]): Process | undefined {
  return (
    all.find(({ args }) => /^sshd: .{0,4000}\[listener\]/.test(args)) ??
    all.find(({ args, ppid }) => ppid === 1 && /^\S{0,200}\/sshd(?: |$)/.test(args))
  );
}

const allFiles = family('server', 'file:', 'the text of collected files', (files) => files, 'running-config-files');

export const runningConfig = derived(
  'running-config',
  'the configuration of the daemon that runs: its own file where it was started with -f (sshd(8))',
  { standard: sshdConfig, files: allFiles },
  ({ standard, files, binary, running }): RunningConfig => {
    const by = listener(running ?? []);
    const args = by?.args ?? '';
    const own = / -f ?(\/\S{1,4000})/.exec(args)?.[1];
    const set = [...args.matchAll(/ -o ?([A-Za-z]{1,64})[= ]/g)].map(([, keyword = '']) => keyword.toLowerCase());
    const release = binary?.release && ([binary.release.major, binary.release.minor] as const);
    const elsewhere = own !== undefined && own !== MAIN_CONFIG;
    return {
      config: elsewhere ? { ...standard, ...parseConfig(files, own, release) } : standard,
      main: own ?? MAIN_CONFIG,
      overridden: new Set(set),
      ...(by && { by }),
    };
  },
  { binary: sshdBinary, running: processes },
);
