import { all, type Flag, type Typed } from './tree.ts';
import { argumentsOf, causesOf, type Values } from './values.ts';

const quote = (text: string): string => `'${text.replace(/([\\'])/g, '\\$1')}'`;

function from({ words, also }: Values, causes: boolean): string {
  const lists = [...(causes ? ['(__sshwhy_causes)'] : words), ...(also === 'host' ? ['(__fish_print_hostnames)'] : [])];
  const given = lists.length === 0 ? '' : ` -a ${quote(lists.join(' '))}`;
  return `${given}${also === 'file' ? ' -F' : also === 'folder' ? " -a '(__fish_complete_directories)'" : ''}`;
}

function flagLine(condition: string, flag: Flag): string {
  const { short, long, value, says } = flag;
  const known = causesOf(flag, []);
  // A value that may be left out follows only with =, so it is not waited for.
  const takes = value?.startsWith('<')
    ? ` -x${known === undefined ? '' : from(known, value === '<cause>').replace(' -F', '')}`
    : '';
  const file = value?.startsWith('<') && known?.also === 'file' ? takes.replace(' -x', ' -r -F') : takes;
  return `complete -c sshwhy -n ${quote(condition)} -l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}${file} -d ${quote(says)}`;
}

/** Completion for fish(1), 3.1 and later. */
export function fishCompletion(top: Typed, causes: readonly string[]): string {
  const commands = all(top);
  const tree = commands
    .filter((one) => one.commands.length > 0)
    .map(
      (one) =>
        `            case ${quote(one.path.join(' '))}\n                set subs ${one.commands.map(({ path }) => path.at(-1)).join(' ')}`,
    );
  const valued = [
    ...new Set(
      commands.flatMap(({ flags }) =>
        flags
          .filter(({ value }) => value?.startsWith('<'))
          .flatMap(({ long, short }) => (short ? [long, short] : [long])),
      ),
    ),
  ];
  const lines = commands.flatMap((one) => {
    const at = one.path.join(' ');
    const here = `__sshwhy_at ${quote(at)}`;
    const diagnose = one === top ? (top.commands.find(({ path }) => path[0] === 'diagnose')?.flags ?? []) : [];
    const known = new Set(one.flags.map(({ long }) => long));
    const flags = [...one.flags, ...diagnose.filter(({ long }) => !known.has(long))];
    const places = one === top ? [{ words: [], also: 'host' as const }] : argumentsOf(one, []);
    return [
      ...one.commands.map(
        ({ path, says }) =>
          `complete -c sshwhy -n ${quote(`__sshwhy_at ${quote(at)} 0`)} -a ${path.at(-1)} -d ${quote(says)}`,
      ),
      ...places.flatMap((place, n) => {
        const index = one.arguments.at(-1)?.variadic && n === places.length - 1 ? `${n}+` : String(n);
        const given = from(place, one.path[0] === 'explain');
        return given === '' ? [] : [`complete -c sshwhy -n ${quote(`__sshwhy_at ${quote(at)} ${index}`)}${given}`];
      }),
      ...flags.map((flag) => flagLine(here, flag)),
    ];
  });
  return `# Completion of sshwhy for fish; made from the definitions of its command line.
complete -c sshwhy -f

function __sshwhy_causes
    string split ' ' ${quote(causes.join(' '))}
end

# Whether the words before the cursor lead to this command, and so many of its arguments stand there already.
function __sshwhy_at --argument-names wanted wanted_count
    set -l path
    set -l count 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        set -l subs
        switch "$path"
${tree.join('\n')}
        end
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- $word ${valued.join(' ')}; and set skip 1
        else if test $count = 0; and contains -- $word $subs
            set path (string trim -- "$path $word")
        else if test -z "$path"
            set path diagnose
            set count 1
        else
            set count (math $count + 1)
        end
    end
    test "$path" = "$wanted"; or return 1
    test -z "$wanted_count"; and return 0
    if string match -q '*+' -- $wanted_count
        test $count -ge (string trim -r -c + -- $wanted_count)
    else
        test $count = $wanted_count
    end
end

${lines.join('\n')}
`;
}
