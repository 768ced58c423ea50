import { cite, citeFile, WITHOUT_KEY } from '../../facts/client/cite.ts';
import type { Identity } from '../../facts/client/identities.ts';
import { certainty, keyUse } from '../../facts/client/key-use.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import { type Remedy, shellQuote } from '../../model/remedy.ts';

/** What is wrong with the file, as far as its head tells. */
type Flaw = 'crlf' | 'ppk' | 'public' | 'broken' | 'no-key' | 'unreadable';

interface Data {
  readonly path: string;
  readonly flaw: Flaw;
  /** ssh's words. */
  readonly said: string;
}

function flawOf(file: Identity | undefined, said: string): Flaw {
  if (/^(?:Permission denied|Is a directory)/.test(said)) return 'unreadable';
  if (file?.kind === 'ppk') return 'ppk';
  if (file?.kind === 'public') return 'public';
  // OpenSSH's own format must have bare newlines; libcrypto forgives a PEM file its carriage returns.
  if (file?.kind === 'openssh' && file.crlf) return 'crlf';
  return file?.kind === 'openssh' || file?.kind === 'pem' ? 'broken' : 'no-key';
}

const WORDS: Readonly<Record<Flaw, string>> = {
  crlf: 'its lines end as on Windows (CRLF)',
  ppk: 'it is a key of PuTTY, whose format ssh does not read',
  public: 'it is a public key, and ssh needs the private one',
  broken: 'it begins like a private key and is cut off or damaged',
  'no-key': 'it holds no private key',
  unreadable: 'it cannot be read',
};

function remedy({ path, flaw }: Data): Remedy {
  const file = shellQuote(path);
  if (flaw === 'crlf')
    return {
      summary: 'give its lines Unix endings',
      risk: 'safe',
      where: 'client',
      changes: [command(`sed -i 's/\\r$//' ${file}`, [], [path])],
    };
  const refuse = 'the private key itself has to come from where it is kept';
  if (flaw === 'ppk')
    return {
      refuse: 'a key is not converted without its owner',
      manual: [`puttygen ${file} -O private-openssh -o ${shellQuote(`${path}.openssh`)}, then ssh -i that file`],
    };
  if (flaw === 'public')
    return {
      refuse,
      manual: [
        path.endsWith('.pub')
          ? `Name the private key instead: ssh -i ${shellQuote(path.slice(0, -4))} …`
          : `The private key belongs into ${file}; this content belongs into ${shellQuote(`${path}.pub`)}.`,
      ],
    };
  if (flaw === 'unreadable') return { refuse, manual: [`See who may read it: ls -ld ${file}`] };
  return {
    refuse,
    manual: [
      `Does it load at all? ssh-keygen -y -f ${file}`,
      'Copy it again from where it is kept, whole: from the line BEGIN to the line END, each on a line of its own, with a newline at the end.',
    ],
  };
}

export const cause = defineCause<Data>({
  id: 'client/key-unloadable',
  severity: 'blocks',
  title: 'The private key file cannot be loaded',
  why: 'ssh passes over a key file that it cannot make sense of, with one line ("error in libcrypto" since 8.9, "invalid format" before) that reads like a fault of a library. The file is a key of PuTTY, a public key, was cut off by copy and paste, lost its line breaks in a secret store, or has the line endings of Windows.',
  refs: ['ssh-keygen(1), -y', 'sshkey.c, sshkey_parse_private_fileblob_type()', 'PROTOCOL.key'],
  proofs: [
    proof({
      needs: { keyUse },
      check({ keyUse: use }) {
        if (!use.failed) return [];
        const broken = use.log.loadErrors.filter(
          ({ reason }) => !/^(?:bad permissions|incorrect passphrase)/.test(reason),
        );
        return broken.map((said) => {
          const file = use.identities?.files.find((one) => one.path === said.path);
          const data = { path: said.path, flaw: flawOf(file, said.reason), said: said.reason };
          const head = file?.kind === undefined ? [] : citeFile(file, `${file.kind}${file.crlf ? ', CRLF' : ''}`);
          return { data, subject: said.path, verdict: certainty(use, said.path), evidence: [...cite(said), ...head] };
        });
      },
    }),
  ],
  says: ({ path, flaw, said }) => `ssh cannot load the key ${path} (${said}): ${WORDS[flaw]}.`,
  masks: WITHOUT_KEY,
  remedy,
});
