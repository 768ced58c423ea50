/** A service that `sshwhy watch install` can make: where its things are. */
export interface ServiceKind {
  readonly unit: string;
  readonly unitFile: string;
  readonly config: string;
  /** Template of the unit, and the first configuration (`packaging/systemd`). */
  readonly template: string;
  readonly starter: string;
  readonly state: string;
  /** Where a dynamic user's state lies in truth (systemd.exec(5), DynamicUser=). */
  readonly statePrivate: string;
  /** Those of them that the machine has. */
  readonly groups: readonly string[];
  /** Where it shows metrics, by its first configuration. */
  readonly listen: string;
  readonly heapMb: number;
  /** What a person types to have it made anew, and to see how it is. */
  readonly install: string;
  readonly status: string;
}

const kind = (
  name: string,
  o: Pick<ServiceKind, 'starter' | 'groups' | 'listen' | 'heapMb' | 'install' | 'status'>,
): ServiceKind => ({
  unit: `${name}.service`,
  unitFile: `/etc/systemd/system/${name}.service`,
  config: `/etc/sshwhy/${o.starter}`,
  template: `${name}.service`,
  state: `/var/lib/${name}`,
  statePrivate: `/var/lib/private/${name}`,
  ...o,
});

/** The watch of this machine; its groups may read the journal and `/var/log` (systemd-journald.service(8); Debian policy for `adm`). */
export const WATCH_SERVICE = kind('sshwhy-watch', {
  starter: 'watch.yaml',
  groups: ['systemd-journal', 'adm'],
  listen: '127.0.0.1:9622',
  heapMb: 320,
  install: 'sudo sshwhy watch install',
  status: 'sshwhy watch status',
});

/** `watch central`; its group may read its configuration, and the unit hides the logs that the group may read as well. */
export const CENTRAL_SERVICE = kind('sshwhy-central', {
  starter: 'central.yaml',
  groups: ['adm'],
  listen: '127.0.0.1:9623',
  heapMb: 1024,
  install: 'sudo sshwhy watch install --central',
  status: 'sshwhy watch status --central',
});
