/** A host that somebody listed. */
export interface InventoryHost {
  /** As the inventory calls it. */
  readonly name: string;
  /** What is dialled: a name or a literal address, no brackets. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly groups: readonly string[];
  readonly tags: readonly string[];
}

/** What a file listed, and the lines that could not be used, with what is wrong with them. */
export interface Inventory {
  readonly hosts: readonly InventoryHost[];
  readonly problems: readonly { readonly line?: number; readonly says: string }[];
}

export const INVENTORY_FORMATS = [
  'list',
  'csv',
  'ssh-config',
  'known-hosts',
  'ansible-ini',
  'ansible-yaml',
  'ansible-json',
] as const;
export type InventoryFormat = (typeof INVENTORY_FORMATS)[number];

/** More than that is a mistake. */
export const HOSTS_MAX = 1_000_000;
