/** Major and minor number of an OpenSSH release. */
export type Release = readonly [major: number, minor: number];
