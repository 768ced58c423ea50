import { useState } from 'preact/hooks';
import type { DiagnoseForm, JobSummary } from '../../api.ts';
import { post } from '../api.ts';
import { Field, typed } from '../parts/field.tsx';
import { History } from '../parts/history.tsx';
import { JobView } from '../parts/job.tsx';
import { Problem } from '../parts/load.tsx';
import { go, Link } from '../router.tsx';
import type { Page, ViewProps } from './index.ts';

const words = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[\n,]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** The fields as the server takes them. */
function formOf(form: HTMLFormElement): DiagnoseForm {
  const { target = '', identity, option, vantage, timeout, family, allHostKeys, ...rest } = typed(form);
  return {
    target,
    ...rest,
    ...(identity ? { identity: words(identity) } : {}),
    ...(option ? { option: words(option) } : {}),
    ...(vantage ? { vantage: words(vantage) } : {}),
    ...(family === '4' || family === '6' ? { family } : {}),
    ...(allHostKeys ? { allHostKeys: true } : {}),
    ...(timeout ? { timeout: Number(timeout) } : {}),
  };
}

function Ask() {
  const [why, say] = useState<string>();
  const [sent, send] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    say(undefined);
    send(true);
    post<JobSummary>('/api/jobs/diagnose', formOf(event.currentTarget as HTMLFormElement)).then(
      ({ id }) => go(`/diagnose/${id}`),
      (error: Error) => {
        send(false);
        say(error.message);
      },
    );
  };
  return (
    <>
      <h1>Why can I not get in?</h1>
      <p>
        Looks from this machine with your own ssh and its configuration: at most two connections and one login. Nothing
        is changed.
      </p>
      <form onSubmit={submit}>
        <Field
          name="target"
          label="Destination"
          placeholder="[user@]host[:port]"
          hint="As you would give it to ssh"
          required
        />
        <details>
          <summary>More: another door, flags of ssh</summary>
          <div class="fields">
            <Field
              name="on"
              label="Also read the server through (--on)"
              hint="local, ssh:[user@]host, docker:NAME, podman:NAME, kubectl:[ns/]pod, machine:NAME"
            />
            <Field
              name="from"
              label="The address that the server sees (--from)"
              hint="Where yours is translated on the way (NAT)"
            />
            <Field
              name="vantage"
              label="Also look from (--vantage)"
              hint="Doors of other machines, with commas between"
            />
            <Field name="login" label="User (-l)" />
            <Field name="port" label="Port (-p)" inputMode="numeric" />
            <Field name="identity" label="Private keys to try (-i)" hint="Files of this machine, with commas between" />
            <Field name="jump" label="By way of another host (-J)" />
            <Field name="configFile" label="Another ssh_config (-F)" />
            <Field
              name="option"
              label="Options of ssh_config (-o)"
              hint="NAME=VALUE, with commas between; such as can run nothing"
            />
            <Field name="timeout" label="How long to look at most, in seconds" inputMode="numeric" placeholder="20" />
          </div>
          <fieldset>
            <legend>Addresses</legend>
            {(
              [
                ['', 'all'],
                ['4', 'IPv4 only (-4)'],
                ['6', 'IPv6 only (-6)'],
              ] as const
            ).map(([value, name]) => (
              <label key={value} class="choice">
                <input type="radio" name="family" value={value} defaultChecked={value === ''} /> {name}
              </label>
            ))}
          </fieldset>
          <label class="choice">
            <input type="checkbox" name="allHostKeys" value="yes" /> Ask for host keys of every type, a connection for
            each
          </label>
        </details>
        {why !== undefined && <Problem says={why} />}
        <p>
          <button type="submit" class="main" disabled={sent}>
            Diagnose
          </button>
        </p>
      </form>
      <History />
    </>
  );
}

function View({ rest }: ViewProps) {
  if (rest === '') return <Ask />;
  return (
    <>
      <p>
        <Link to="/diagnose">Ask something else</Link>
      </p>
      <JobView key={rest} id={rest} />
    </>
  );
}

export const diagnose: Page = { path: '/diagnose', name: 'Diagnose', View };
