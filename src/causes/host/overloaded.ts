import { meta } from '../../facts/meta.ts';
import { load, type Pressure, pressure } from '../../facts/pressure.ts';
import { defineCause, proof } from '../../model/cause.ts';

interface Data {
  readonly what: Pressure['what'];
  readonly load: number;
  readonly cores: number;
  /** Percent of the last ten seconds in which work waited. */
  readonly waited: number;
}

/** Where a login of a tenth of a second becomes one of many seconds: a long queue, and nearly always somebody in it. */
const QUEUE = 8;
const CPU = 85;
/** Everything at once waits for memory or disk. */
const FULL = 40;

export const cause = defineCause<Data>({
  id: 'host/overloaded',
  severity: 'degrades',
  title: 'The server is overloaded',
  why: 'A login is work: key exchange, a process, PAM, a shell. On a machine whose processors, memory or disks have a long queue each of these steps waits its turn; LoginGraceTime and the patience of the client run out first.',
  refs: ['proc(5), /proc/loadavg', 'Documentation/accounting/psi.rst of the Linux kernel'],
  proofs: [
    proof({
      needs: { load, pressure, meta },
      check({ load: average, pressure: all, meta: { nproc: cores } }) {
        if (average === undefined || cores === undefined) return [];
        const long = average >= QUEUE * cores;
        const worst = all.find(({ what, some, full }) => (what === 'cpu' ? long && some >= CPU : full >= FULL));
        if (!worst) return [];
        const waited = worst.what === 'cpu' ? worst.some : worst.full;
        const evidence = [
          { side: 'server', section: 'pressure', line: worst.line, text: worst.text } as const,
          { side: 'server', section: 'load', line: 1, text: `load average ${average} on ${cores} cores` } as const,
        ];
        return [{ data: { what: worst.what, load: average, cores, waited }, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ what, load: average, cores, waited }) =>
    `The server is overloaded: work waits for ${{ cpu: 'a processor', io: 'the disk', memory: 'memory' }[what]} ${Math.round(waited)}% of the time (load ${average} on ${cores} core${cores === 1 ? '' : 's'}).`,
  masks: ['handshake/slow'],
  remedy: ({ what }) => ({
    refuse: 'which work may be stopped is for a person to say',
    manual: [
      {
        cpu: 'Who computes: top -o %CPU',
        io: 'Who waits for the disk: ps -eo state,pid,cmd | grep ^D; iotop',
        memory: 'Who has the memory: ps -eo rss,pid,cmd --sort -rss | head',
      }[what],
      'To get in meanwhile, be patient: ssh -o ConnectTimeout=120; on the server a higher LoginGraceTime helps.',
    ],
  }),
});
