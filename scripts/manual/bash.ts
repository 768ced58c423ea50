import { all, type Typed } from './tree.ts';
import { argumentsOf, causesOf, type Values } from './values.ts';

const words = (of: readonly string[]): string => of.join(' ');

/** An arm of `case` that offers the values. */
function offer({ words: known, also }: Values): string {
  const list = known.length === 0 ? '' : `__sshwhy_words '${words(known)}'; `;
  return `${list}${also === undefined ? '' : `__sshwhy_${also}s; `}`.trim() || ':';
}

/** Completion for bash(1), 4.2 and later; the package bash-completion loads it, and it needs nothing of that. */
export function bashCompletion(top: Typed, causes: readonly string[]): string {
  const commands = all(top);
  const flagged = (of: Typed) => (of === top ? [...of.flags, ...(diagnose(top)?.flags ?? [])] : of.flags);
  const at = (of: Typed): string => words(of.path);
  const below = commands
    .filter((one) => one.commands.length > 0)
    .map((one) => `    '${at(one)}') subs='${words(one.commands.map(({ path }) => path.at(-1) ?? ''))}' ;;`);
  const flags = commands.map(
    (one) =>
      `    '${at(one)}') flags='${words([...new Set(flagged(one).flatMap(({ long, short }) => (short ? [long, short] : [long])))])}' ;;`,
  );
  const takes = commands.map((one) => {
    const valued = flagged(one).filter(({ value }) => value?.startsWith('<'));
    const all = valued.flatMap(({ long, short }) => (short ? [long, short] : [long]));
    return `    '${at(one)}') valued=' ${words([...new Set(all)])} ' ;;`;
  });
  const values = commands.flatMap((one) =>
    flagged(one).flatMap((flag) => {
      const known = causesOf(flag, []);
      if (known === undefined || (known.words.length === 0 && known.also === undefined && flag.value !== '<cause>'))
        return [];
      const names = [flag.long, ...(flag.short ? [flag.short] : [])].map((name) => `'${at(one)} ${name}'`);
      return [
        `    ${names.join('|')}) ${flag.value === '<cause>' ? '__sshwhy_words "$__sshwhy_causes"' : offer(known)} ;;`,
      ];
    }),
  );
  const places = commands.flatMap((one) => {
    const each = one === top ? [{ words: [], also: 'host' as const }] : argumentsOf(one, []);
    return each.map((known, n) => {
      const index = one.arguments.at(-1)?.variadic && n === each.length - 1 ? '*' : String(n);
      const causesToo = one.path[0] === 'explain' ? '__sshwhy_words "$__sshwhy_causes"; ' : '';
      return `    ${index === '*' ? `'${at(one)}:'*` : `'${at(one)}:${index}'`}) ${causesToo}${offer(known)} ;;`;
    });
  });
  return `# Completion of sshwhy for bash; made from the definitions of its command line.
__sshwhy_causes='${words(causes)}'

__sshwhy_words() {
  # shellcheck disable=SC2207 # words without spaces
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
  # The name of a container follows.
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
  return 0
}

__sshwhy_files() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  # shellcheck disable=SC2207 # a line each
  COMPREPLY+=($(compgen -f -- "$cur"))
}

__sshwhy_folders() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  # shellcheck disable=SC2207 # a line each
  COMPREPLY+=($(compgen -d -- "$cur"))
}

# Names from the configuration and known_hosts of ssh, also behind user@.
__sshwhy_hosts() {
  local user=''
  [[ $cur == *@* ]] && user=\${cur%%@*}@
  local names
  names=$(
    {
      sed -n 's/^[[:space:]]*[Hh]ost[[:space:]=]\\{1,\\}//p' ~/.ssh/config /etc/ssh/ssh_config | tr ' ' '\\n' | grep -v '[*?!]'
      sed -e '/^[|#@]/d' -e 's/ .*//' ~/.ssh/known_hosts /etc/ssh/ssh_known_hosts | tr ',' '\\n' | sed -e 's/^\\[\\(.*\\)\\].*/\\1/' -e '/[*?!:]/d'
    } 2>/dev/null | grep -x '[A-Za-z0-9._-]*' | sort -u
  )
  # shellcheck disable=SC2207 # words without spaces
  COMPREPLY+=($(compgen -P "$user" -W "$names" -- "\${cur#"$user"}"))
}

_sshwhy() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local path='' count=0 subs='' flags='' valued='' i word
  COMPREPLY=()
  # readline makes words of --flag=value.
  [[ $cur == '=' ]] && cur=''
  [[ $prev == '=' ]] && prev=\${COMP_WORDS[COMP_CWORD - 2]}
  for ((i = 1; i <= COMP_CWORD; i++)); do
    subs='' valued=' '
    case $path in
${below.join('\n')}
    esac
    case $path in
${takes.join('\n')}
    esac
    ((i == COMP_CWORD)) && break
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then
      ((i + 1 < COMP_CWORD)) && ((i++))
    elif [[ $word == -* ]]; then
      [[ \${COMP_WORDS[i + 1]} != '=' && $valued == *" $word "* ]] && ((i + 1 < COMP_CWORD)) && ((i++))
    elif ((count == 0)) && [[ " $subs " == *" $word "* ]]; then
      path=\${path:+$path }$word
    elif [[ $path == '' ]]; then
      path=diagnose count=1
    else
      ((count++))
    fi
  done
  if [[ $valued == *" $prev "* ]]; then
    case "$path $prev" in
${values.join('\n')}
    esac
    return
  fi
  if [[ $cur == -* ]]; then
    case $path in
${flags.join('\n')}
    esac
    __sshwhy_words "$flags"
    return
  fi
  ((count == 0)) && __sshwhy_words "$subs"
  case "$path:$count" in
${places.join('\n')}
  esac
} && complete -F _sshwhy sshwhy
`;
}

const diagnose = (top: Typed): Typed | undefined => top.commands.find(({ path }) => path[0] === 'diagnose');
