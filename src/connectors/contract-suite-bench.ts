/** Starts a system behind a fault proxy for one test, and stops all of it afterwards. */
import type { TestContext } from 'node:test';
import type { Connector, Intake, Session } from './contract.ts';
import type { ContractBench, ContractHarness } from './contract-suite-harness.ts';
import { type FaultProxy, startProxy, startReceiver, type WebhookReceiver } from './contract-suite-proxy.ts';

export interface OpenBench {
  system: ContractBench;
  proxy: FaultProxy;
  receiver: WebhookReceiver;
  connector: Connector;
  /** A session through the proxy, new at each call, as after a restart of the hub. */
  session(change?: Parameters<ContractBench['settings']>[1], url?: string): Session;
  intake(change?: Parameters<ContractBench['settings']>[1]): Intake;
}

export async function openBench(test: TestContext, harness: ContractHarness): Promise<OpenBench> {
  const receiver = await startReceiver();
  const system = await harness.start({ webhookUrl: receiver.url });
  const proxy = await startProxy(system.url);
  const { connector } = harness;
  const sessions: Session[] = [];
  const settingsOf = (url: string, change?: Parameters<ContractBench['settings']>[1]) =>
    connector.settings.parse(system.settings(url, change));
  test.after(async () => {
    for (const session of sessions) await session.close();
    await proxy.close();
    await system.close();
    await receiver.close();
  });
  return {
    system,
    proxy,
    receiver,
    connector,
    session(change, url = proxy.url) {
      const session = connector.open({
        connection: system.connection,
        settings: settingsOf(url, change),
        clock: system.clock,
        log: () => {},
      });
      sessions.push(session);
      return session;
    },
    intake: (change) => connector.intake(system.connection, settingsOf(proxy.url, change)),
  };
}

/** Runs a call of which no answer will come, and gives it up once the proxy has fallen silent. */
export async function giveUp<Result>(
  proxy: FaultProxy,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const result = call(deadline.signal);
  // A call that ends by itself has not met the silence: the test then says so.
  await Promise.race([proxy.silence(), result]);
  deadline.abort();
  return result;
}

/** A signal for calls that are answered: their own time-out only keeps a broken test from hanging. */
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);
