/** Connecting a store: what is to be done at the vendor, what the hub wants to know, and what has come of it. */
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import type { Connectable, Connected } from '../../gateway/api-types.ts';
import { RefusedError } from '../lib/api.ts';
import { useConnect, useConnectable, useConsent } from '../lib/queries.ts';
import { Link } from '../lib/router.tsx';
import { Time } from '../lib/time.tsx';
import { Copyable } from '../parts/small.tsx';
import { Failure, Loading } from '../parts/states.tsx';

/** Where the vendor sends a person back to who has agreed. */
export const AUTHORISED = 'authorised';
const redirectUrl = () => `${location.origin}/connections/${AUTHORISED}`;
const OFFLINE = 'offline-token';

export function ConnectStore() {
  const found = useConnectable();
  useTitle();
  const shopify = found.data?.connectors.find(({ connector }) => connector === 'shopify');
  return (
    <Page title="Connect a Shopify store">
      {found.isPending ? <Loading what="what can be connected" /> : null}
      {found.isError ? (
        <Failure error={found.error} what="What can be connected" retry={() => void found.refetch()} />
      ) : null}
      {found.data && (found.data.obstacle !== null || !shopify) ? (
        <p className="box tone-warning">
          {found.data.obstacle} Use <code>crossdock connect shopify</code> where the configuration is.
        </p>
      ) : null}
      {found.data?.obstacle === null && shopify ? <Form choices={found.data} shopify={shopify} /> : null}
    </Page>
  );
}

/** The person is back from the store: the hub exchanges what they bring. */
export function Authorised() {
  const consent = useConsent();
  const { mutate } = consent;
  useTitle();
  useEffect(() => {
    const back = location.href;
    // A code is good once: neither a reload nor the history shall send it again.
    history.replaceState(null, '', `/connections/${AUTHORISED}`);
    if (new URL(back).search !== '') mutate(back);
  }, [mutate]);
  return (
    <Page title="Connect a Shopify store">
      {consent.isPending ? <Loading what="the store’s answer" /> : null}
      {consent.isIdle ? <p>There is no answer of a store here.</p> : null}
      <Refusal error={consent.error} />
      <Outcome ended={consent.data} />
      {consent.isPending || consent.data ? null : (
        <p>
          <Link href="/connections/new">Begin again</Link>
        </p>
      )}
    </Page>
  );
}

function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="pane connections" aria-label="Connect a store">
      <div className="scroll">
        <div className="connect">
          <p>
            <Link href="/connections">← Connections</Link>
          </p>
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </section>
  );
}

function useTitle(): void {
  useEffect(() => {
    document.title = 'Connect a store · Crossdock';
  }, []);
}

function Refusal({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p role="alert" className="box tone-problem">
      {error.message} {error instanceof RefusedError ? error.problem.next : ''}
    </p>
  );
}

function Outcome({ ended }: { ended: Connected | undefined }) {
  const report = ended?.report;
  if (!report) return null;
  return (
    <div role="status" className="card" data-tone="good">
      <h2>{report.id} is connected</h2>
      <ul>
        <li>It {report.message}.</li>
        {report.mended.map((each) => (
          <li key={each}>{capital(each)}.</li>
        ))}
        <li>
          {report.goLiveAt === null ? (
            'Every order of the store is live.'
          ) : (
            <>
              Orders placed before <Time at={report.goLiveAt} /> are known and cause no command.
            </>
          )}
        </li>
      </ul>
      {report.warnings.map((each) => (
        <p key={each} className="box tone-warning">
          {each}
        </p>
      ))}
      {report.restart === null ? null : (
        <p className="box tone-problem">
          The hub cannot take it yet: {report.restart} Mend that, then restart the hub.
        </p>
      )}
      <p>
        <Link href="/connections">To the connections</Link>
      </p>
    </div>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Shopify = Connectable['connectors'][number];

function Form({ choices, shopify }: { choices: Connectable; shopify: Shopify }) {
  const connect = useConnect();
  const [access, setAccess] = useState(shopify.access[0]?.kind ?? '');
  const [live, setLive] = useState('now');
  if (connect.data?.report) return <Outcome ended={connect.data} />;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const word = (name: string) => String(form.get(name) ?? '').trim();
    const given = [
      'account',
      'clientId',
      'clientSecret',
      'brand',
      'entity',
      'webhooksUrl',
      'id',
      'apiVersion',
      'baseUrl',
    ]
      .map((name) => [name, word(name)] as const)
      .filter(([, value]) => value !== '');
    connect.mutate(
      {
        ...Object.fromEntries(given),
        connector: 'shopify',
        access,
        shadow: form.get('shadow') === 'on',
        goLiveAt: live === 'always' ? null : instantOf(live === 'now' ? '' : word('instant')),
        redirectUrl: redirectUrl(),
      },
      { onSuccess: ({ url }) => url && location.assign(url) },
    );
  };

  return (
    <>
      <Steps shopify={shopify} offline={access === OFFLINE} />
      <form className="connect-form card" onSubmit={submit} aria-label="The store and its app">
        <fieldset>
          <legend>How the app gets in</legend>
          {shopify.access.map(({ kind, label }) => (
            <label key={kind} className="pick">
              <input
                type="radio"
                name="access"
                value={kind}
                checked={access === kind}
                onChange={() => setAccess(kind)}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <Field name="account" label="Store" help="Its domain: example.myshopify.com" required />
        <Field name="clientId" label="Client ID" help="In the app’s settings" required />
        <Field
          name="clientSecret"
          label="Client secret"
          help="Beside it. Kept on the hub’s machine for its user alone, and never shown again"
          type="password"
          required
        />
        <Choice name="brand" label="Brand" options={choices.brands} />
        <Choice name="entity" label="Sold by" options={choices.entities} />
        {choices.webhooksUrl === null ? (
          <Field
            name="webhooksUrl"
            type="url"
            label="Public address of the webhook port"
            help="Such as https://hooks.example.com. Without it changes come by the poll alone, every few minutes"
          />
        ) : null}
        <label htmlFor="go-live">Orders are worked on</label>
        <select id="go-live" value={live} onChange={(event) => setLive(event.target.value)}>
          <option value="now">from now on: older ones are only known</option>
          <option value="at">from an instant on</option>
          <option value="always">all of them</option>
        </select>
        {live === 'at' ? (
          <Field name="instant" label="Go-live" type="datetime-local" help="In your time zone" required />
        ) : null}
        <label className="pick">
          <input type="checkbox" name="shadow" />
          Shadow: decide everything for its orders, and send nothing
        </label>
        <details>
          <summary>More</summary>
          <Field name="id" label="Name of the connection" help="Left empty: shopify- and the store’s name" />
          <label htmlFor="api-version">API version</label>
          <select id="api-version" name="apiVersion" defaultValue="">
            <option value="">the newest that is tested ({shopify.apiVersions[0]})</option>
            {shopify.apiVersions.map((version) => (
              <option key={version}>{version}</option>
            ))}
          </select>
          <Field name="baseUrl" type="url" label="Address of its API" help="Only for a sandbox" />
        </details>
        <Refusal error={connect.error} />
        <footer>
          <Link className="button" href="/connections">
            Leave it
          </Link>
          <button type="submit" className="primary" disabled={connect.isPending}>
            {connect.isPending
              ? 'Asking the store …'
              : access === OFFLINE
                ? 'Go to the store to agree'
                : 'Connect'}
          </button>
        </footer>
      </form>
    </>
  );
}

function Steps({ shopify, offline }: { shopify: Shopify; offline: boolean }) {
  const needed = shopify.scopes.filter(({ optional }) => !optional);
  const all = [...new Set(shopify.scopes.map(({ scope }) => scope))].join(',');
  return (
    <div className="connect-steps">
      <h2>First, in Shopify’s developer dashboard</h2>
      <ol>
        <li>Create an app, or open the one that you have.</li>
        <li>
          Give its version these access scopes: <Copyable text={all} what="the access scopes" />
          <details>
            <summary>What each is for</summary>
            <ul>
              {needed.map(({ scope, for: what }) => (
                <li key={`${scope} ${what}`}>
                  <code>{scope}</code> {what}
                </li>
              ))}
              {shopify.scopes
                .filter(({ optional }) => optional)
                .map(({ scope, for: what }) => (
                  <li key={`${scope} ${what}`}>
                    <code>{scope}</code> {what} <span className="quiet">(it works without)</span>
                  </li>
                ))}
            </ul>
          </details>
        </li>
        <li>Ask for access to protected customer data: orders name customers.</li>
        {offline ? (
          <li>
            Allow this redirect URL: <Copyable text={redirectUrl()} what="the redirect URL" />
          </li>
        ) : (
          <li>Install the app in the store.</li>
        )}
      </ol>
    </div>
  );
}

interface FieldProps {
  name: string;
  label: string;
  help: string;
  type?: string;
  required?: boolean;
}

function Field({ name, label, help, type = 'text', required = false }: FieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        required={required}
        maxLength={500}
        autoComplete={type === 'password' ? 'new-password' : 'off'}
        spellCheck={false}
        aria-describedby={`${id}-help`}
      />
      <p id={`${id}-help`} className="quiet help">
        {help}
      </p>
    </>
  );
}

/** Asked only where there is a choice. */
function Choice({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: { id: string; name: string }[];
}) {
  const id = useId();
  if (options.length < 2) return null;
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} required>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
    </>
  );
}

function instantOf(local: string): string {
  return (local === '' ? new Date() : new Date(local)).toISOString();
}
