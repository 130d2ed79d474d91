/** `crossdock connect xero`: an organisation of Xero lets the hub in. */
import type { Command } from 'commander';
import type { Connected } from '../gateway/api-types.ts';
import { awaitConsent } from './consent.ts';
import { type CommonOptions, connect, withCommonOptions } from './context.ts';
import { show } from './print.ts';

interface XeroOptions extends CommonOptions {
  id: string;
  redirectUrl: string;
}

export function connectXeroCommand(connecting: Command): void {
  withCommonOptions(connecting.command('xero'))
    .description(
      'test a connection to Xero that stands in the configuration; where a person has to let the app in, its page is printed first',
    )
    .requiredOption('--id <id>', 'name of the connection')
    .option(
      '--redirect-url <url>',
      'where the person is sent back to; the app’s settings must name it',
      'http://127.0.0.1:3456/callback',
    )
    .addHelpText('after', '\nExample:\n  crossdock connect xero --id books-uk')
    .action(connectXero);
}

async function connectXero(options: XeroOptions): Promise<void> {
  const { id, redirectUrl } = options;
  const client = await connect(options);
  try {
    const body = { connector: 'xero', id, redirectUrl };
    const begun = await client.call<Connected>('POST', '/v1/connections', body);
    const ended =
      begun.status === 'consent'
        ? await client.call<Connected>('POST', '/v1/connections/consent', {
            back: await awaitConsent(begun.url ?? '', redirectUrl),
            state: begun.state,
          })
        : begun;
    if (ended.report)
      show(options.json, ended.report, (report) =>
        [`${id} works: ${report.message}`, ...(report.restart ? [report.restart] : [])].join('\n'),
      );
  } finally {
    await client.close();
  }
}
