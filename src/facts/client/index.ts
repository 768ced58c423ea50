export { attemptLog } from './attempt.ts';
export { dns } from './dns.ts';
export { identities } from './identities.ts';
export { kexinit } from './kexinit.ts';
export { knownHosts } from './known-hosts.ts';
export { probes } from './probes.ts';
export { route } from './route.ts';
export { sshConfig, sshConfigCheck } from './ssh-config.ts';
export { tcp } from './tcp.ts';
