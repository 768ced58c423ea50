import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PINNED } from './node.ts';

interface Bundled {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const npm = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** sha512-… of a lock file, as CycloneDX writes a hash. */
const hashes = (integrity: string | undefined) =>
  integrity?.startsWith('sha512-')
    ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }] }
    : {};

/**
 * What is inside of the artefacts, as CycloneDX 1.5: the packages that were bundled, which `npm sbom` cannot tell from those that only
 * build and test, with the hashes of package-lock.json, and the Node.js of the executables. The same bytes for the same commit.
 */
export function sbom(root: string, version: string, epoch: number): string {
  const bundled = JSON.parse(readFileSync(path.join(root, 'dist/bundled.json'), 'utf8')) as readonly Bundled[];
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const components = [
    ...bundled.map((one) => ({
      type: 'library',
      'bom-ref': npm(one.name, one.version),
      name: one.name,
      version: one.version,
      scope: 'required',
      ...hashes(lock.packages[one.folder]?.integrity),
      licenses: [{ license: { id: one.license } }],
      purl: npm(one.name, one.version),
    })),
    ...['x64', 'arm64'].map((arch) => ({
      type: 'platform',
      'bom-ref': npm(`node-linux-${arch}`, PINNED.inside),
      name: `node-linux-${arch}`,
      version: PINNED.inside,
      description: `Node.js inside of the executable and the Debian package for ${arch === 'x64' ? 'amd64' : arch}`,
      scope: 'optional',
      ...hashes(PINNED.integrity[`node-linux-${arch}@${PINNED.inside}`]),
      licenses: [{ license: { id: 'MIT' } }],
      purl: npm(`node-linux-${arch}`, PINNED.inside),
    })),
  ];
  const self = npm('sshwhy', version);
  // Of what it lists, so that the same list has the same number.
  const id = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`;
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:${uuid}`,
      version: 1,
      metadata: {
        timestamp: new Date(epoch * 1000).toISOString(),
        component: {
          type: 'application',
          'bom-ref': self,
          name: 'sshwhy',
          version,
          licenses: [{ license: { id: 'Apache-2.0' } }],
          purl: self,
        },
      },
      components,
      dependencies: [
        { ref: self, dependsOn: components.map((one) => one['bom-ref']) },
        ...components.map((one) => ({ ref: one['bom-ref'] })),
      ],
    },
    null,
    2,
  )}\n`;
}
