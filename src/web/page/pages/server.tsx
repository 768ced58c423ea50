import { useState } from 'preact/hooks';
import type { JobSummary } from '../../api.ts';
import { api, post } from '../api.ts';
import { Field, typed } from '../parts/field.tsx';
import { History } from '../parts/history.tsx';
import { Problem } from '../parts/load.tsx';
import { go } from '../router.tsx';
import type { Page } from './index.ts';

/** As the server bounds it. */
const UPLOAD_MAX = 32 << 20;

function View() {
  const [why, say] = useState<string>();
  const [busy, be] = useState(false);
  const start = (asked: Promise<JobSummary>): void => {
    say(undefined);
    be(true);
    asked.then(
      ({ id }) => go(`/diagnose/${id}`),
      (error: Error) => {
        be(false);
        say(error.message);
      },
    );
  };
  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    start(post<JobSummary>('/api/jobs/server', typed(event.currentTarget as HTMLFormElement)));
  };
  const read = (event: SubmitEvent): void => {
    event.preventDefault();
    const file = new FormData(event.currentTarget as HTMLFormElement).get('bundle');
    if (!(file instanceof File) || file.size === 0) return void say('choose a file first');
    if (file.size > UPLOAD_MAX)
      return void say('a bundle of more than 32 MiB; on the terminal: sshwhy server --bundle FILE');
    const path = `/api/bundle?name=${encodeURIComponent(file.name)}`;
    start(api<JobSummary>(path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: file }));
  };
  return (
    <>
      <h1>What is broken on a server?</h1>
      {why !== undefined && <Problem says={why} />}
      <section aria-labelledby="look-title">
        <h2 id="look-title">Look at it</h2>
        <p>
          With a user, an address and a key: would that login be let in? Without them: what is broken there. Nothing is
          changed.
        </p>
        <form onSubmit={look}>
          <div class="fields">
            <Field
              name="on"
              label="Through (--on)"
              placeholder="local"
              hint="local, ssh:[user@]host, docker:NAME, podman:NAME, kubectl:[ns/]pod, machine:NAME"
            />
            <Field name="user" label="User" />
            <Field name="from" label="From this address" />
            <Field
              name="key"
              label="With this key"
              hint="SHA256:… or a .pub file of this machine; empty: with a password"
            />
            <Field name="port" label="Port of sshd" inputMode="numeric" />
          </div>
          <p>
            <button type="submit" class="main" disabled={busy}>
              Look
            </button>
          </p>
        </form>
      </section>
      <section aria-labelledby="bundle-title">
        <h2 id="bundle-title">Read a bundle</h2>
        <p>
          What <code>sshwhy collect</code> or <code>--save</code> wrote, or what the script of{' '}
          <code>sshwhy collect --print-script</code> printed on a console. It is read, and not kept.
        </p>
        <form onSubmit={read}>
          <div class="field">
            <label for="bundle">File</label>
            <input id="bundle" name="bundle" type="file" />
          </div>
          <p>
            <button type="submit" disabled={busy}>
              Read
            </button>
          </p>
        </form>
      </section>
      <History />
    </>
  );
}

export const server: Page = { path: '/server', name: 'Server', View };
