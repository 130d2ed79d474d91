/** Whether an organisation can be reached and all is there that documents will need (for `crossdock doctor`). */
import type { FinanceNeeds } from '../../domain/books/finance-needs.ts';
import { TaxRates, TrackingCategories } from './api.ts';
import type { Exchange } from './client.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './manifest.ts';
import { missingAt, unsuited } from './suits.ts';

export async function checkOrganisation(
  { tracking }: Settings,
  books: readonly FinanceNeeds[],
  facts: Facts,
  exchange: Exchange,
): Promise<{ ok: boolean; message: string }> {
  const organisation = await facts.organisation(exchange);
  if (organisation.status !== 'ok') return { ok: false, message: organisation.message };
  const accounts = await facts.readChart(exchange);
  if (accounts.status !== 'ok') return { ok: false, message: accounts.message };
  const rates = await exchange.call({ method: 'GET', path: '/TaxRates', answer: TaxRates });
  if (rates.status !== 'ok') return { ok: false, message: rates.message };
  const read = await exchange.call({
    method: 'GET',
    path: '/TrackingCategories',
    answer: TrackingCategories,
  });
  if (read.status !== 'ok') return { ok: false, message: read.message };
  const names = read.data.TrackingCategories.map(({ Name }) => Name);
  const missing = Object.values(tracking).filter((name) => !names.includes(name));
  // Xero has two categories at most, so a third name never becomes one.
  if (names.length + missing.length > 2)
    return {
      ok: false,
      message: `the tracking category ${missing.join(', ')} cannot be made beside ${names.join(', ')}: name those in "tracking"`,
    };
  const { name, baseCurrency } = organisation.data;
  const active = rates.data.TaxRates.filter(({ Status }) => Status === undefined || Status === 'ACTIVE');
  const taxTypes = active.map(({ TaxType }) => TaxType);
  const there = { baseCurrency, accounts: accounts.data, taxTypes };
  const problems = books.flatMap((needs) => [...unsuited(needs), ...missingAt(needs, there)]);
  if (problems.length > 0) return { ok: false, message: problems.join('; ') };
  return {
    ok: true,
    message: `${name}, books in ${baseCurrency}, ${accounts.data.length} accounts, tax types ${taxTypes.join(', ')}`,
  };
}
