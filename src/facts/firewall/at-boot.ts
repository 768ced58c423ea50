import type { Bundle, Section } from '../../model/bundle.ts';

const RULES = ['nft', 'nft-json', 'iptables', 'ip6tables', 'ipset'] as const;
/** Files that are made while the machine runs, in /run. */
const GONE = ['iptables-legacy', 'ip6tables-legacy', 'file:/run/nologin', 'file:/var/run/nologin'] as const;

/**
 * The same machine as it will be after a boot, as far as rules files and /run go: the packet filter is what its rules files
 * came to when they were loaded in a network of their own (`boot:…`), nothing where no unit loads any.
 */
export function atBoot(bundle: Bundle): Bundle {
  const nothing: Section = { status: 'absent', text: '' };
  const loaded = RULES.map((name) => [name, bundle.sections[`boot:${name}`] ?? nothing] as const);
  const gone = GONE.map((name) => [name, nothing] as const);
  return { ...bundle, sections: { ...bundle.sections, ...Object.fromEntries([...loaded, ...gone]) } };
}
