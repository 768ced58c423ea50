import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/model/control.ts';
import { run } from '../command.ts';
import { ROOT } from './made.ts';

const COMPLETIONS = path.join(ROOT, 'dist/completions');
let zsh: string;
let fish: string;

/** The shells of Debian, unpacked and not installed. */
beforeAll(() => {
  const unpacked = (name: string): string =>
    execFileSync('sh', ['scripts/debian-packages.sh', name], { cwd: ROOT, encoding: 'utf8' }).trim();
  [zsh, fish] = [unpacked('zsh'), unpacked('fish')];
});

const words = (text: string): readonly string[] => [...new Set(text.split(/\s+/).filter((word) => word !== ''))].sort();

/** What each shell offers behind a line. */
type Offer = (line: string) => Promise<readonly string[]>;

const bash: Offer = async (line) => {
  const script = `. ${COMPLETIONS}/sshwhy.bash
read -ra COMP_WORDS <<<"$1"; [[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sshwhy; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = await run(['bash', '--norc', '-c', script, 'bash', line]);
  expect(ran.stderr).toBe('');
  return words(ran.stdout);
};

const fromFish: Offer = async (line) => {
  const env = { HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent', LD_LIBRARY_PATH: libraries(fish) };
  const script = `source ${COMPLETIONS}/sshwhy.fish; complete -C '${line}'`;
  const ran = await run([`${fish}/usr/bin/fish`, '--no-config', '-c', script], { env });
  expect(ran.code, ran.stderr).toBe(0);
  return words(ran.stdout.replace(/\t.*/g, ''));
};

/** Libraries of the unpacked package that this machine may not have. */
const libraries = (folder: string): string => path.join(folder, 'usr/lib/x86_64-linux-gnu');

/** A real one on a terminal of its own (zpty): compadd, by which all of its completions go, writes down what it is given. */
const fromZsh: Offer = async (line) => {
  const modules = path.join(libraries(zsh), 'zsh');
  const [release = ''] = readdirSync(modules);
  const functions = path.join(zsh, 'usr/share/zsh/functions');
  const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-zsh-'));
  try {
    const rc = `module_path=(${modules}/${release})
fpath=(${COMPLETIONS} ${functions} ${functions}/**/*(/))
PS1=
autoload -Uz compinit
compinit -u -D
compadd() { local -a got; builtin compadd -O got "$@"; (( $#got )) && print -rl -- "offered:"$^got >>${folder}/out; builtin compadd "$@" }
ends() { print over >>${folder}/out }
complete-it() { comppostfuncs=(ends); zle complete-word }
zle -N complete-it
bindkey '^I' complete-it
listens() { print listens >>${folder}/ready }
zle -N zle-line-init listens
`;
    writeFileSync(path.join(folder, '.zshrc'), rc);
    const script = `module_path=(${modules}/${release}); zmodload zsh/zpty
zpty z env ZDOTDIR=${folder} ${zsh}/bin/zsh -i
for file in ready out; do
  [[ $file == out ]] && zpty -w -n z "$1"$'\\t'
  for i in {1..250}; do
    # Whatever it writes has to go somewhere.
    zpty -r -t z rest
    [[ -s ${folder}/$file ]] && { [[ $file == ready ]] || grep -q '^over' ${folder}/out } && break
    sleep 0.05
  done
done
zpty -d z`;
    const env = { LD_LIBRARY_PATH: libraries(zsh), TERM: 'dumb' };
    await run([`${zsh}/bin/zsh`, '-f', '-c', script, 'zsh', line], { env, timeoutMs: 30_000 });
    const out = readFileSync(path.join(folder, 'out'), 'utf8');
    return words([...out.matchAll(/^offered:(\S+)/gm)].map(([, word]) => word).join(' '));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe.each<[string, Offer]>([
  ['bash', bash],
  ['fish', fromFish],
  ['zsh', fromZsh],
])('%s', (_, offer) => {
  it('offers commands, and those below them', async () => {
    expect(await offer('sshwhy fl')).toEqual(['fleet']);
    expect(await offer('sshwhy fleet d')).toEqual(['diff', 'drift']);
    expect(await offer('sshwhy keys ro')).toEqual(['rotate']);
  });

  it('offers the flags of the command that stands there', async () => {
    expect(await offer('sshwhy harden --pro')).toContain('--profile');
    expect(await offer('sshwhy logs --pro')).not.toContain('--profile');
    expect(await offer('sshwhy fleet check --mat')).toContain('--matrix');
    expect(await offer('sshwhy alice@web1 --cloud-p')).toContain('--cloud-print');
  });

  it('offers the values of a flag, and ids of causes', async () => {
    expect(await offer('sshwhy harden --profile ')).toEqual(expect.arrayContaining([...PROFILES]));
    expect(await offer('sshwhy preflight --for re')).toEqual(['reboot']);
    expect(await offer('sshwhy explain firewall/host-d')).toContain('firewall/host-drop');
    expect(await offer('sshwhy server --on mach')).toEqual(['machine:']);
  });

  it('takes no value of a flag for a command', async () => {
    expect(await offer('sshwhy harden -p 22 --profile ci')).toContain('cis');
    expect(await offer('sshwhy -p 22 fl')).toEqual(['fleet']);
  });
});
