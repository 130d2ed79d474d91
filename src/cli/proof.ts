/** `crossdock proof`: the chain of an order, a payout, a period or an account, hop by hop, and what is left. */
import type { Command } from 'commander';
import type { Proof } from '../gateway/api-types.ts';
import { type CommonOptions, connect, UsageError, withCommonOptions } from './context.ts';
import { show } from './print.ts';

interface Days extends CommonOptions {
  from?: string;
  until?: string;
}

export function proofCommand(program: Command): void {
  const proof = program
    .command('proof')
    .description('prove to the cent: each hop of the money with its documents, and the residual');
  const of = (name: string, description: string, example: string) =>
    withCommonOptions(proof.command(name))
      .description(description)
      .addHelpText(
        'after',
        `\nExample:\n  crossdock proof ${example}\nThe exit code is 1 where something is left.`,
      );
  of('order <id>', 'an order, by its key, name or channel id', "order '#1001'").action(
    (id: string, options: CommonOptions) => prove(`orders/${encodeURIComponent(id)}`, options),
  );
  of('payout <id>', 'a payout, by its key CONNECTION/ID', 'payout shopify-north/501').action(
    (id: string, options: CommonOptions) => prove(`payouts/${encodeURIComponent(id)}`, options),
  );
  of('period <id>', 'a period of an entity, ENTITY/2026-11', 'period retail-de/2026-Q4').action(
    (id: string, options: CommonOptions) => prove(`periods/${partsOf(id, 'ENTITY/2026-11')}`, options),
  );
  of('account <id>', 'an account of an entity, ENTITY/ACCOUNT', 'account retail-de/1460')
    .option('--from <day>', 'first day')
    .option('--until <day>', 'last day')
    .action((id: string, options: Days) => {
      const { from, until } = options;
      const query = new URLSearchParams({ ...(from ? { from } : {}), ...(until ? { until } : {}) });
      return prove(`accounts/${partsOf(id, 'ENTITY/ACCOUNT')}?${query}`, options);
    });
}

function partsOf(id: string, form: string): string {
  const [entity, rest, ...more] = id.split('/');
  if (!entity || !rest || more.length > 0) throw new UsageError(`"${id}" is not of the form ${form}.`);
  return `${encodeURIComponent(entity)}/${encodeURIComponent(rest)}`;
}

async function prove(path: string, options: CommonOptions): Promise<void> {
  const client = await connect(options);
  try {
    const proof = await client.call<Proof>('GET', `/v1/proofs/${path}`);
    show(options.json, proof, proofText);
    if (!proof.closes) process.exitCode = 1;
  } finally {
    await client.close();
  }
}

/** The proof as an accountant reads it. */
export function proofText({ of, title, entity, currency, hops, residuals, closes }: Proof): string {
  const end = closes
    ? 'closes to zero'
    : residuals.map(({ amount, words }) => `${amount.amount} left: ${words}`).join('; ');
  const figure = (amount: string) => amount.padStart(14);
  return [
    `Proof of the ${of} ${title}${entity === '' ? '' : ` (${entity}, ${currency})`}: ${end}`,
    ...(hops.length === 0 ? ['Nothing is posted of it.'] : []),
    ...hops.flatMap(({ name, total, documents }) => [
      '',
      `${figure(total.amount)}  ${name}`,
      ...documents.map(
        ({ date, text, posting, accounts, amount }) =>
          `${figure(amount.amount)}    ${date}  ${text}${posting === null ? '' : `  [${posting}]`}${
            accounts.length === 0 ? '' : `  ${accounts.join(', ')}`
          }`,
      ),
    ]),
    ...(residuals.length === 0 ? [] : ['', 'What is left:']),
    ...residuals.map(({ account, name, amount, since, words }) =>
      `${figure(amount.amount)}  ${[account, name].filter(Boolean).join(' ')} since ${since}: ${words}`.trimEnd(),
    ),
  ].join('\n');
}
