/** Defaults of sshd_config(5) that a diagnosis asks for, as `sshd -T` prints them; the same from 8.4 to 10.x unless said. */
export const SSHD_DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  addressfamily: ['any'],
  authorizedkeysfile: ['.ssh/authorized_keys', '.ssh/authorized_keys2'],
  authenticationmethods: ['any'],
  kbdinteractiveauthentication: ['yes'],
  logingracetime: ['120'],
  maxauthtries: ['6'],
  maxstartups: ['10:30:100'],
  passwordauthentication: ['yes'],
  permitemptypasswords: ['no'],
  permitrootlogin: ['prohibit-password'],
  port: ['22'],
  pubkeyauthentication: ['yes'],
  strictmodes: ['yes'],
  usedns: ['no'],
  usepam: ['no'],
};

/** Other names of a keyword (servconf.c). */
export const SSHD_ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
  hostdsakey: 'hostkey',
};

/** Values that an alias of a value stands for. */
export const SSHD_VALUE_ALIASES: Readonly<Record<string, string>> = {
  'without-password': 'prohibit-password',
};

/** Keywords of which every line counts; of all others the first. */
export const SSHD_ACCUMULATING: ReadonlySet<string> = new Set([
  ...['port', 'listenaddress', 'hostkey', 'acceptenv', 'allowusers', 'denyusers', 'allowgroups', 'denygroups'],
  ...['subsystem', 'hostcertificate', 'include', 'logverbose'],
]);
