import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseBundle, writeBundle } from '../../src/facts/bundle.ts';
import type { Bundle, Section } from '../../src/model/bundle.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures');

/** The word of a peer, as bytes (one character for each), and as JSON has it between its quotation marks. */
export interface Said {
  readonly raw: string;
  readonly json: string;
}
export const said = (bytes: Buffer): Said => ({
  raw: bytes.toString('latin1'),
  json: Buffer.from(JSON.stringify(bytes.toString('utf8')).slice(1, -1), 'utf8').toString('latin1'),
});

type Edit = (name: string, text: string) => string;

/** Bytes of a real bundle with some of its sections changed. A line of a section keeps its mark, as the collector writes it. */
function edited(file: string, edit: Edit, more: Bundle['sections'] = {}): Buffer {
  const bundle = parseBundle(readFileSync(path.join(FIXTURES, file), 'latin1'));
  const sections = Object.entries(bundle.sections).map(([name, section]): [string, Section] => [
    name,
    { ...section, text: edit(name, section.text) },
  ]);
  return Buffer.from(writeBundle({ ...bundle, sections: { ...Object.fromEntries(sections), ...more } }), 'latin1');
}

const isJson = (text: string): boolean => /^\s*[{[]/.test(text);
const inPlaceOf =
  (words: RegExp, { raw, json }: Said): Edit =>
  (_, text) =>
    text.replace(words, () => (isJson(text) ? json : raw));
const ok = (text: string): Section => ({ status: 'ok', text });

const at = (second: number): string => `${1795424265 + second}.5`;
/** Lines of sshd in which a peer, or somebody else's configuration, has the word. */
const logLines = ({ raw }: Said): string =>
  [
    `Invalid user ${raw} from 10.77.2.10 port 4022`,
    `Failed password for invalid user ${raw} from 10.77.2.10 port 4022 ssh2`,
    `Failed password for ${raw} from 10.77.2.10 port 4022 ssh2`,
    `Accepted publickey for alice from 10.77.2.10 port 4023 ssh2: ED25519-CERT SHA256:SGGrft6H/VyiS0mf/mQ1XRDXOD63OL0rV+5nd1P6bbk ID ${raw} (serial 7) CA ED25519 SHA256:SGGrft6H/VyiS0mf/mQ1XRDXOD63OL0rV+5nd1P6bbk`,
    `banner exchange: Connection from 10.77.2.10 port 4024: invalid format "${raw}"`,
    `Bad protocol version identification '${raw}' from 10.77.2.10 port 4024`,
    `Received disconnect from 10.77.2.10 port 4025:11: ${raw} [preauth]`,
    `Unable to negotiate with 10.77.2.10 port 4026: no matching key exchange method found. Their offer: ${raw} [preauth]`,
    `User ${raw} from 10.77.2.10 not allowed because not listed in AllowUsers`,
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser=${raw} rhost=${raw}  user=${raw}`,
    `error: ${raw}`,
    `fatal: ${raw} [preauth]`,
  ]
    .map((line, n) => `${at(n)} web1 sshd[${200 + n}]: ${line}`)
    .join('\n');

const MENDABLE = 'causes/daemon/config-invalid/bookworm-in-an-included-file-a-bad-value.bundle';
const SERVER = 'causes/firewall/host-drop/bookworm-nft-rule.bundle';

/** Whatever a bundle can say that somebody else chose, a bundle for each kind of it. */
export const PLACES = {
  'host names, users and paths': (word: Said) => edited(SERVER, inPlaceOf(/\b(?:alice|web1|bob)\b/g, word)),
  'log lines, comments, banners, what commands say': (word: Said) =>
    edited(
      SERVER,
      (name, text) => {
        if (name === 'nft')
          return text.replace(
            'tcp dport 22 drop',
            () => `tcp dport 22 log prefix "${word.raw}" drop comment "${word.raw}"`,
          );
        if (name === 'nft-json') return text.replace(/"handle": ?2,/, () => `"handle": 2, "comment": "${word.json}",`);
        if (name === 'log-sshd') return `${text}\n${logLines(word)}`;
        if (name === 'log-kernel' || name === 'log-units') return `${text}\n${at(1)} web1 kernel: ${word.raw}`;
        if (name === 'accounts') return text.replace('alice:x:1000:1000::', () => `alice:x:1000:1000:${word.raw}:`);
        if (name === 'os') return text.replace(/PRETTY_NAME=.*/, () => `PRETTY_NAME="${word.raw}"`);
        if (name === 'sshd-test') return `${word.raw}\nrc=255`;
        if (name.endsWith('authorized_keys')) return `${text} ${word.raw}\ncommand="${word.raw}" ${text}`;
        if (name === 'file:/etc/hosts.deny') return `${text}\nsshd: ${word.raw}: spawn (${word.raw})`;
        return text;
      },
      {
        listeners: { status: 'denied', text: word.raw, detail: word.raw.replace(/\s+/g, ' ').slice(0, 3000) },
        [`file:/etc/ssh/sshd_config.d/${word.raw.replace(/[\s\0]+/g, '%20').slice(0, 2000)}.conf`]: ok(word.raw),
      },
    ),
  'values and words of sshd_config': (word: Said) =>
    edited(SERVER, (name, text) =>
      name === 'file:/etc/ssh/sshd_config'
        ? `${text}\nBanner ${word.raw}\nAllowUsers ${word.raw} carol\nDenyUsers ${word.raw}\nAuthorizedKeysFile ${word.raw}\nAuthorizedKeysCommand ${word.raw}\nCiphers ${word.raw}\nSubsystem ${word.raw} ${word.raw}\n${word.raw} yes\nMatch User ${word.raw}\n  ForceCommand ${word.raw}\n  ChrootDirectory ${word.raw}`
        : name === 'sshd-test'
          ? `/etc/ssh/sshd_config: line 125: Bad configuration option: ${word.raw}\n/etc/ssh/sshd_config: terminating, 1 bad configuration options\nrc=255`
          : name === 'nft' || name === 'nft-json'
            ? ''
            : text,
    ),
  'names in the answers of a cloud': (word: Said) =>
    edited('causes/firewall/aws-security-group/bookworm-another-address.bundle', (name, text) =>
      name.startsWith('cloud:')
        ? text
            .replace(/"GroupName": ?"web"/g, () => `"GroupName": "${word.json}"`)
            .replace(/sg-0aaaaaaaaaaaaaaa1|i-0123456789abcdef0/g, () => word.json)
        : text,
    ),
  'what a server says to its client': (word: Said) =>
    edited('causes/handshake/mac-mismatch/bookworm-dropbear.bundle', (name, text) =>
      name === 'kexinit'
        ? text
            .replace(/SSH-2\.0-dropbear_2022\.83(?=",)/g, () => `SSH-2.0-${word.json}`)
            .replace('"preBanner":[]', () => `"preBanner":["${word.json}"]`)
            .replace(/hmac-sha2-256/g, () => word.json)
        : name === 'attempt'
          ? text
              .replace(/dropbear_2022\.83/g, () => word.json)
              .replace(/Their offer: [^"]*/g, () => `Their offer: ${word.json}`)
              .replace(
                /"stderr": ?\[/,
                () =>
                  `"stderr": [\n{"ms":12,"line":"${word.json}","src":"err"},\n{"ms":12,"line":"Received disconnect from 10.77.2.20 port 2222:2: ${word.json}","src":"log"},`,
              )
          : text.replace(/\b(?:web1|alice)\b/g, () => (isJson(text) ? word.json : word.raw)),
    ),
} as const satisfies Readonly<Record<string, (word: Said) => Buffer>>;

/**
 * A server whose sshd does not start, for a line that a fix has to know in order to change it: the word is in the line. `folder` stands for
 * `/etc/ssh/sshd_config.d`; `file` is what its `10-hardening.conf` holds.
 */
export function mendable(word: Said, folder: string): { readonly bundle: Buffer; readonly file: Buffer } {
  const usual = '/etc/ssh/sshd_config.d';
  const own = (text: string): string => text.replaceAll(usual, folder);
  const bundle = parseBundle(readFileSync(path.join(FIXTURES, MENDABLE), 'latin1'));
  let file = '';
  const sections = Object.entries(bundle.sections).map(([name, section]): [string, Section] => {
    if (name !== `file:${usual}/10-hardening.conf`) return [own(name), { ...section, text: own(section.text) }];
    file = section.text.replace(/^MaxAuthTries .*$/m, () => `MaxAuthTries ${word.raw}`);
    return [own(name), { ...section, text: file }];
  });
  const whole = writeBundle({ ...bundle, sections: Object.fromEntries(sections) });
  return { bundle: Buffer.from(whole, 'latin1'), file: Buffer.from(`${file}\n`, 'latin1') };
}

const string = (text: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(text.length);
  return Buffer.concat([size, text]);
};

/** A real certificate with another key id (PROTOCOL.certkeys); nobody signed that, and nobody who lists it can tell. */
function certificate(line: string, id: Buffer): string {
  const [type = '', base64 = ''] = line.split(' ');
  const blob = Buffer.from(base64, 'base64');
  let at = 0;
  const skip = (): void => {
    at += 4 + blob.readUInt32BE(at);
  };
  // Type, nonce, public key; then serial and the kind.
  skip();
  skip();
  skip();
  at += 12;
  const before = blob.subarray(0, at);
  skip();
  return `${type} ${Buffer.concat([before, string(id), blob.subarray(at)]).toString('base64')}`;
}

/** Who can log in where, with the word in comments, options, users, paths and key ids. */
export function keysBundle(bytes: Buffer): Buffer {
  const word = said(bytes);
  return edited('keyring/bookworm.bundle', (name, text) => {
    if (name.endsWith('-cert.pub')) return `${certificate(text, bytes.subarray(0, 4000))} ${word.raw}`;
    if (name.endsWith('.pub') || name.includes('authorized_keys'))
      return text
        .replace(/^((?:\S+ )?ssh-\S+ AAAA\S+) .*$/gm, (_, key: string) => `${key} ${word.raw}`)
        .replace(/command="[^"]*"/, () => `command="${word.raw}"`)
        .replace(/from="192[^"]*"/, () => `from="${word.raw}"`);
    if (name === 'log-keys' || name === 'meta') return text.replace(/\balice-laptop\b|\bweb1\b/g, () => word.raw);
    if (name === 'accounts') return text.replace('/home/carol', () => word.raw.replace(/[:\n]/g, ''));
    return text;
  });
}
