import { all, type Flag, type Typed } from './tree.ts';
import { argumentsOf, causesOf, type Values } from './values.ts';

/** In single quotes, as part of a specification of _arguments, where these mean something (zshcompsys(1)). */
const spec = (text: string): string => text.replace(/([\\[\]:])/g, '\\$1').replace(/'/g, "'\\''");

function action({ words, also }: Values, causes: boolean): string {
  const acts = [
    ...(causes
      ? ['_sshwhy_causes']
      : words.length > 0
        ? [`compadd ${words.some((word) => word.endsWith(':')) ? '-S "" ' : ''}-- ${words.join(' ')}`]
        : []),
    ...(also === undefined ? [] : [{ file: '_files', folder: '_files -/', host: '_sshwhy_hosts' }[also]]),
  ];
  if (acts.length === 0) return ' ';
  return acts.length === 1 && !acts[0]?.includes(' ') ? (acts[0] ?? ' ') : `{ ${spec(acts.join('; '))} }`;
}

function flagSpec(flag: Flag): string {
  const { short, long, value, says, repeatable } = flag;
  const known = causesOf(flag, []);
  const name = value?.replace(/^[<[]|[>\]]$/g, '') ?? '';
  const colon =
    value === undefined
      ? ''
      : `${value.startsWith('[') ? '::' : ':'}${spec(name)}:${known === undefined ? ' ' : action(known, value === '<cause>')}`;
  const names = short ? [short, long] : [long];
  const rest = `'[${spec(says)}]${colon}'`;
  const star = repeatable ? "'*'" : short ? `'(${names.join(' ')})'` : '';
  return names.length === 1 && !repeatable
    ? `'${long}[${spec(says)}]${colon}'`
    : `${star}${names.length > 1 ? `{${names.join(',')}}` : long}${rest}`;
}

const functionOf = (of: Typed): string => ['_sshwhy', ...of.path].join('_').replace(/-/g, '_');

function one(of: Typed): string {
  const flags = of.flags.map((flag) => `    ${flagSpec(flag)}`);
  const causes = of.path[0] === 'explain';
  if (of.commands.length === 0) {
    const places = argumentsOf(of, []).map((known, n, each) => {
      const name = spec(of.arguments[n]?.name ?? 'what');
      return `    '${of.arguments[n]?.variadic && n === each.length - 1 ? '*' : ''}:${name}:${action(known, causes)}'`;
    });
    return `${functionOf(of)}() {\n  _arguments -s -S : \\\n${[...flags, ...places].join(' \\\n')}\n}`;
  }
  const names = of.commands.map(
    ({ path, says }) => `    '${spec(path.at(-1) ?? '')}:${says.replace(/'/g, "'\\''").replace(/:/g, '\\:')}'`,
  );
  const first = of.path.length === 0 ? '_sshwhy_hosts' : of.arguments.length > 0 ? '_files' : ':';
  const arms = of.commands.map((below) => `    ${below.path.at(-1)}) ${functionOf(below)} ;;`);
  const fallback = of.path.length === 0 ? '_sshwhy_diagnose' : of.arguments.length > 0 ? '_files' : ':';
  return `${functionOf(of)}() {
  local context state line
  local -a commands
  typeset -A opt_args
  commands=(
${names.join('\n')}
  )
  _arguments -s -S -A '-*' -C : \\
${flags.join(' \\\n')} \\
    '1: :->first' \\
    '*:: :->rest' && return
  case $state in
  first)
    _describe -t commands command commands
    ${first}
    ;;
  rest)
    case $words[1] in
${arms.join('\n')}
    *) ${fallback} ;;
    esac
    ;;
  esac
}`;
}

/** Completion for zsh(1), 5.8 and later, to lie as `_sshwhy` in a folder of `$fpath`. */
export function zshCompletion(top: Typed, causes: readonly string[]): string {
  const diagnose = top.commands.find(({ path }) => path[0] === 'diagnose');
  // A host in the place of a command is diagnosed, and flags may stand before it.
  const known = new Set(top.flags.map(({ long }) => long));
  const whole: Typed = {
    ...top,
    flags: [...top.flags, ...(diagnose?.flags ?? []).filter(({ long }) => !known.has(long))],
  };
  return `#compdef sshwhy
# Completion of sshwhy for zsh; made from the definitions of its command line.

_sshwhy_causes() {
  compadd -- ${causes.join(' ')}
}

_sshwhy_hosts() {
  compset -P '*@'
  _hosts
}

${[whole, ...all(top).slice(1)].map(one).join('\n\n')}

if [[ $funcstack[1] == _sshwhy ]]; then _sshwhy "$@"; else compdef _sshwhy sshwhy; fi
`;
}
