import type { JobSummary } from '../../api.ts';
import { Link } from '../router.tsx';
import { Load, useApi } from './load.tsx';
import { Table } from './table.tsx';

const STATE = { running: 'runs', done: '', failed: 'could not look', cancelled: 'cancelled' } as const;

/** What was asked in this session. */
export function History() {
  const all = useApi<readonly JobSummary[]>('/api/jobs');
  return (
    <Load of={all}>
      {(jobs) =>
        jobs.length > 0 && (
          <section aria-labelledby="history-title">
            <h2 id="history-title">In this session</h2>
            <Table
              caption="Looks of this session, the latest first; they are forgotten when sshwhy serve ends"
              heads={['when', 'what', 'answer']}
              rows={jobs.map(({ id, title, startedAt, state, headline }) => [
                new Date(startedAt).toLocaleTimeString(),
                <Link key={id} to={`/diagnose/${id}`}>
                  {title}
                </Link>,
                headline ?? STATE[state],
              ])}
            />
          </section>
        )
      }
    </Load>
  );
}
