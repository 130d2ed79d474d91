/** An app that a person has let in: consent, and the pair of tokens that each renewal replaces. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Vault } from '../contract.ts';
import { consent } from './connect.ts';
import { Settings } from './manifest.ts';
import { ACCOUNT, aXero, type RunningXero } from './sandbox/testing.ts';
import { anInvoice, perform, sessionAt, soon } from './testing.ts';
import { refreshTokens } from './token-refresh.ts';

const START = Date.UTC(2026, 10, 28, 6);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const REDIRECT = 'http://127.0.0.1:3456/callback';

interface TestVault extends Vault {
  value: string | null;
}

function aVault(kept: string | null, changes: Partial<Vault> = {}): TestVault {
  const vault: TestVault = {
    value: kept,
    load: async () => vault.value,
    save: async (next) => {
      vault.value = next;
    },
    isOurs: () => true,
    ...changes,
  };
  return vault;
}

async function running(context: TestContext): Promise<RunningXero & { settings: Settings }> {
  const xero = await aXero();
  context.after(() => xero.close());
  const settings = Settings.parse({ ...ACCOUNT, access: 'refreshToken', baseUrl: xero.sandbox.url });
  return { ...xero, settings };
}

/** Opens the page as a person does, and gives what they are sent back with. */
async function agree(settings: Settings, state: string): Promise<string> {
  const page = await fetch(consent.url(settings, { redirectUrl: REDIRECT, state }), { redirect: 'manual' });
  assert.equal(page.status, 302);
  return page.headers.get('location') ?? '';
}

async function credentialOf({
  settings,
  clock,
}: {
  settings: Settings;
  clock: RunningXero['clock'];
}): Promise<string> {
  const back = await agree(settings, 'state-1');
  const redeemed = await consent.redeem(settings, back, { state: 'state-1', clock, signal: soon() });
  assert.equal(redeemed.status, 'done', JSON.stringify(redeemed));
  return redeemed.status === 'done' ? redeemed.credential : '';
}

test('a person lets the app in; it books, and goes on for months by renewing', async (context) => {
  const bench = await running(context);
  const { sandbox, clock } = bench;
  const vault = aVault(await credentialOf(bench));
  for (const days of [0, 0.01, 30, 80, 139]) {
    clock.advanceTo(START + days * DAY_MS);
    const session = sessionAt(sandbox.url, clock, { access: 'refreshToken' }, vault);
    const outcome = await perform(session, 'finance.createInvoice', anInvoice(`I-${days}`));
    assert.equal(outcome.status, 'done', JSON.stringify(outcome));
    await session.close();
  }
  // Nobody has renewed for more than sixty days.
  clock.advanceTo(START + 200 * DAY_MS);
  const session = sessionAt(sandbox.url, clock, { access: 'refreshToken' }, vault);
  const outcome = await perform(session, 'finance.createInvoice', anInvoice('I-late'));
  assert.equal(outcome.status, 'auth');
  assert.match('message' in outcome ? outcome.message : '', /crossdock connect xero --id books-uk/);
  await session.close();
});

test('one renewal for all who wait, kept before it is used; what could not be kept is not used', async (context) => {
  const bench = await running(context);
  const { settings, clock } = bench;
  let fails = true;
  const vault = aVault(await credentialOf(bench));
  const { save } = vault;
  vault.save = async (next) => {
    if (fails) throw new Error('the database is away');
    await save(next);
  };
  const before = vault.value;
  clock.advanceTo(START + 26 * MINUTE_MS);
  const tokens = refreshTokens('books-uk', settings, clock, vault);
  const failed = await tokens.get(soon());
  assert.equal(failed.status, 'transient');
  assert.equal(vault.value, before);
  fails = false;
  const answers = await Promise.all(Array.from({ length: 10 }, () => tokens.get(soon())));
  assert.equal(
    new Set(answers.map((answer) => (answer.status === 'ok' ? answer.token : answer.status))).size,
    1,
  );
  assert.equal(answers[0]?.status, 'ok');
  assert.equal(answers[0]?.status === 'ok' && answers[0].token, JSON.parse(vault.value ?? '{}').accessToken);
});

test('a process that does not work the connection renews nothing', async (context) => {
  const bench = await running(context);
  const { settings, clock } = bench;
  const vault = aVault(await credentialOf(bench), { isOurs: () => false });
  const tokens = refreshTokens('books-uk', settings, clock, vault);
  assert.equal((await tokens.get(soon())).status, 'ok', 'it uses what is good');
  clock.advanceTo(START + 26 * MINUTE_MS);
  assert.equal((await tokens.get(soon())).status, 'transient');
});

test('nothing is kept yet: auth, with what to do', async (context) => {
  const { settings, clock } = await running(context);
  for (const vault of [aVault(null), undefined]) {
    const answer = await refreshTokens('books-uk', settings, clock, vault).get(soon());
    assert.equal(answer.status, 'auth');
    assert.match('message' in answer ? answer.message : '', /crossdock connect xero/);
  }
});

test('what comes back from Xero’s page is looked at closely', async (context) => {
  const { settings, clock } = await running(context);
  const told = async (back: string, change: Partial<Settings> = {}) => {
    const redeemed = await consent.redeem({ ...settings, ...change }, back, {
      state: 's',
      clock,
      signal: soon(),
    });
    assert.equal(redeemed.status, 'refused', back);
    return redeemed.status === 'refused' ? redeemed.message : '';
  };
  assert.match(await told('a-bare-code'), /paste the whole of it/);
  assert.match(await told(`${REDIRECT}?error=access_denied&state=s`), /nobody has agreed: access_denied/);
  assert.match(await told(`${REDIRECT}?code=x&state=other`), /another attempt/);
  assert.match(await told(`${REDIRECT}?state=s`), /no code/);
  assert.match(await told(`${REDIRECT}?code=x&state=s`), /invalid_grant/);
  const other = '99999999-2222-4333-8444-555555555555';
  assert.match(
    await told(await agree(settings, 's'), { tenantId: other }),
    new RegExp(`let into Harbour & Vale Ltd \\(${ACCOUNT.tenantId}\\), and tenantId is ${other}`),
  );
  assert.ok(consent.isNeeded(settings));
  assert.ok(!consent.isNeeded({ ...settings, access: 'clientCredentials' }));
});
