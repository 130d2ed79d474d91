/** Notices of cases: a webhook is called and a mail is sent, by the case's reason; what is not taken is sent again. */
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { databases, withDatabase } from '../harness/database.ts';
import { anOrder, aRetailer, line, orderDelivery, stockDelivery } from '../support/builders.ts';
import { startEngine, type TestEngine, until } from '../support/engine.ts';

interface Notice {
  type: string;
  data: { id: string; reason: string; stream: string; message: string; suggestedFix: string; owner: string };
}

/** A receiver of webhooks that answers as it is told. */
async function receiver(status: () => number): Promise<{ url: string; got: Notice[]; close(): void }> {
  const got: Notice[] = [];
  const server = createHttp(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push(JSON.parse(Buffer.concat(chunks).toString()) as Notice);
    response.writeHead(status()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/cases`,
    got,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The least of a mail server: takes every mail, or turns all away. */
async function mailServer(): Promise<{ url: string; mails: string[]; refuse(): void; close(): void }> {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  let refusing = false;
  const server = createTcp((socket) => {
    sockets.add(socket);
    let mail: string | null = null;
    let rest = '';
    const say = (words: string) => socket.write(`${words}\r\n`);
    const line = (text: string) => {
      if (mail !== null) {
        if (text !== '.') mail += `${text}\n`;
        else {
          mails.push(mail);
          mail = null;
          say('250 taken');
        }
      } else if (/^(EHLO|HELO)/i.test(text)) say('250 here');
      else if (/^(MAIL|RSET)/i.test(text)) say(refusing ? '451 not now' : '250 fine');
      else if (/^RCPT/i.test(text)) say('250 fine');
      else if (/^DATA/i.test(text)) {
        mail = '';
        say('354 go on');
      } else if (/^QUIT/i.test(text)) {
        say('221 bye');
        socket.end();
      } else say('500 what?');
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const next = rest.slice(0, end);
        rest = rest.slice(end + 2);
        line(next);
      }
    });
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    say('220 mail');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse: () => {
      refusing = true;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** An order whose item is not there at all, and one whose ERP refuses it: two cases of different reasons. */
async function openTwoCases(hub: TestEngine): Promise<void> {
  await hub.put('stock', stockDelivery('A', 'WH', 10));
  await hub.put('shop', orderDelivery(anOrder('refused', [line('A', 1)])));
  await hub.put(
    'shop',
    orderDelivery(anOrder('usd', [line('A', 1)], { shopCurrency: 'USD', presentmentCurrency: 'USD' })),
  );
  await hub.quiet();
}

const hooks = {
  perform: (command: { kind: string; key: string }) =>
    command.kind === 'erp.createSalesOrder'
      ? ({ status: 'rejected', code: 'NO', message: 'credit limit', suggestedFix: 'raise it' } as const)
      : undefined,
};

for (const kind of databases()) {
  describe(`notices on ${kind}`, () => {
    test('each case is told to those who asked for its reason, once', () =>
      withDatabase(kind, async (place) => {
        const all = await receiver(() => 204);
        const some = await receiver(() => 200);
        const mail = await mailServer();
        const hub = await startEngine(place, {
          hooks,
          config: aRetailer({
            caseNotices: [
              { reasons: ['*'], webhook: all.url },
              { reasons: ['erp-rejected'], webhook: some.url, mailTo: 'finance@example.org' },
            ],
            mail: { smtpUrl: mail.url, from: 'hub@example.org' },
          }),
        });
        try {
          await openTwoCases(hub);
          await until(
            'all to be told',
            () => all.got.length === 2 && some.got.length === 1 && mail.mails.length === 1,
          );
          await hub.pass(86_400_000);
          assert.deepEqual(all.got.map(({ data }) => data.stream).sort(), ['shop/refused', 'shop/usd']);
          const [notice] = some.got;
          assert.equal(notice?.type, 'case.opened');
          assert.equal(notice?.data.reason, 'erp-rejected');
          assert.match(notice?.data.message ?? '', /credit limit/);
          const [text = ''] = mail.mails;
          assert.match(text, /^To: finance@example\.org$/m);
          assert.match(text, /^Subject: \[Crossdock\] erp-rejected: shop\/refused$/m);
          assert.match(text, /What would fix it: /);
          assert.equal(all.got.length, 2, 'nobody was told twice');
        } finally {
          await hub.close();
          all.close();
          some.close();
          mail.close();
        }
      }));

    test('a notice that is not taken is sent again, also after a restart, until it is taken', () =>
      withDatabase(kind, async (place) => {
        let status = 503;
        const webhook = await receiver(() => status);
        const mail = await mailServer();
        mail.refuse();
        const config = aRetailer({
          caseNotices: [{ reasons: ['erp-rejected'], webhook: webhook.url }],
          mail: { smtpUrl: mail.url, from: 'hub@example.org' },
        });
        const first = await startEngine(place, { hooks, config });
        await openTwoCases(first);
        await until('it to be tried', () => webhook.got.length === 1);
        await first.close();
        const second = await startEngine(place, { hooks, config, clock: first.clock });
        try {
          second.clock.advanceTo(second.clock.now() + 120_000);
          await until('it to be tried again', () => webhook.got.length >= 2);
          status = 200;
          const before = webhook.got.length;
          await until('it to be taken', async () => {
            second.clock.advanceTo(second.clock.now() + 3_600_000);
            const [row] = await second.database.query<{ left: number }>(
              "select count(*) as left from business_case where reason = 'erp-rejected' and noticed_at is null",
            );
            return row?.left === 0;
          });
          assert.ok(webhook.got.length > before);
          await second.quiet();
          const told = webhook.got.length;
          second.clock.advanceTo(second.clock.now() + 86_400_000);
          await second.engine.send([]);
          await new Promise((resolve) => setTimeout(resolve, 1_200));
          assert.equal(webhook.got.length, told, 'and then no more');
        } finally {
          await second.close();
          webhook.close();
          mail.close();
        }
      }));

    test('of a database that is away notices say nothing: turns tell of it', () =>
      withDatabase(kind, async (place) => {
        let tries = 0;
        const hub = await startEngine(place, {
          config: aRetailer({ caseNotices: [{ reasons: ['*'], webhook: 'http://127.0.0.1:1/nobody' }] }),
          wrap: (database) =>
            new Proxy(database, {
              get(target, name) {
                const value: unknown = Reflect.get(target, name, target);
                if (name === 'query')
                  return (text: string, values?: unknown[]) => {
                    if (!text.includes('notice_tries')) return target.query(text, values);
                    tries += 1;
                    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
                  };
                return typeof value === 'function' ? value.bind(target) : value;
              },
            }),
        });
        try {
          await until('it to be tried again', () => tries >= 3);
          const told = [...hub.errors, ...hub.warnings].filter((each) => /notices of cases/.test(each));
          assert.deepEqual(told, []);
        } finally {
          await hub.close();
        }
      }));

    test('a mail server that turns mails away, and one that is not there, hold up nothing', () =>
      withDatabase(kind, async (place) => {
        const mail = await mailServer();
        mail.refuse();
        const hub = await startEngine(place, {
          hooks,
          config: aRetailer({
            caseNotices: [
              { reasons: ['*'], mailTo: 'ops@example.org', webhook: 'http://127.0.0.1:1/nobody' },
            ],
            mail: { smtpUrl: mail.url, from: 'hub@example.org' },
          }),
        });
        try {
          await openTwoCases(hub);
          await until('it to be tried', async () => {
            const [row] = await hub.database.query<{ tries: number }>(
              'select min(notice_tries) as tries from business_case',
            );
            return (row?.tries ?? 0) > 0;
          });
          assert.equal(mail.mails.length, 0);
          assert.deepEqual(hub.errors, []);
        } finally {
          await hub.close();
          mail.close();
        }
      }));
  });
}
