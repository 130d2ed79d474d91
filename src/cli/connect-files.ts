/** `crossdock connect files`: a folder or an SFTP server by which a legacy system tells its stock. */
import type { Command } from 'commander';
import type { Connected } from '../gateway/api-types.ts';
import { askSecretly } from './ask.ts';
import { secretAt } from './connect-secret.ts';
import { type CommonOptions, configFileOf, connect, UsageError, withCommonOptions } from './context.ts';
import { show } from './print.ts';

interface FilesOptions extends CommonOptions {
  id?: string;
  folder?: string;
  sftp?: string;
  hostKey: string[];
  secret?: string;
  privateKey?: boolean;
  location: string[];
}

const gathered = (value: string, before: string[]): string[] => [...before, value];

export function connectFilesCommand(connecting: Command): void {
  withCommonOptions(connecting.command('files'))
    .description(
      'read stock from files of a legacy system, in a folder or on an SFTP server: the place is tried, and the connection written into the configuration',
    )
    .option('--folder <path>', 'a folder of this machine')
    .option('--sftp <url>', 'or one of a server: sftp://USER@HOST[:PORT]/PATH')
    .option('--host-key <print>', 'the key that the server shows, SHA256:… (may be repeated)', gathered, [])
    .option('--secret <place>', 'its password: env:NAME or file:PATH (else it is asked for)')
    .option('--private-key', 'the secret is a private key')
    .option('--location <code>', 'of which location the files are (may be repeated)', gathered, [])
    .option('--id <id>', 'name of the connection (default: files-LOCATION); an existing one is changed')
    .addHelpText(
      'after',
      '\nExamples:\n  crossdock connect files --folder /srv/exchange/city --location STORE-CITY\n  crossdock connect files --sftp sftp://crossdock@files.example.com/city --host-key SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDqVEV0W4fXlMHyRZM --secret env:SFTP_PASSWORD --location STORE-CITY',
    )
    .action(connectFiles);
}

async function connectFiles(options: FilesOptions): Promise<void> {
  const { id, folder, sftp, hostKey, location, privateKey } = options;
  const words = {
    ...(folder === undefined ? {} : { folder }),
    ...(sftp === undefined ? {} : { sftp }),
    hostKeys: hostKey,
    isPrivateKey: privateKey === true,
    locations: location,
  };
  const client = await connect(options);
  try {
    const body = {
      connector: 'files',
      ...(id === undefined ? {} : { id }),
      words,
      ...(await secretOf(options)),
    };
    const { report } = await client.call<Connected>('POST', '/v1/connections/systems', body);
    if (!report) return;
    show(options.json, report, (made) =>
      [
        `✓ ${made.id}: ${made.message}`,
        ...made.warnings.map((each) => `! ${each}`),
        `It stands in ${configFileOf(options)} now.${client.live && made.restart === null ? ' The hub that runs works it already.' : ''}`,
        ...(made.restart === null
          ? []
          : [`! The hub that runs cannot take it: ${made.restart}\n  Mend that, then restart the hub.`]),
      ].join('\n'),
    );
  } finally {
    await client.close();
  }
}

async function secretOf(options: FilesOptions): Promise<{ secret?: string; secretReference?: string }> {
  const { sftp, secret, privateKey } = options;
  if (sftp === undefined) return {};
  if (secret !== undefined) {
    const { value, reference } = secretAt('--secret', secret);
    return { secret: value, secretReference: reference };
  }
  if (privateKey) throw new UsageError('Say where the private key is: --secret file:PATH');
  const typed = await askSecretly('Password at the server: ');
  if (typed === '') throw new UsageError('Without a password there is no access; or give --private-key');
  return { secret: typed };
}
