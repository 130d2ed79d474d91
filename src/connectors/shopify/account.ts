/** How a store is connected by a few words: which settings they mean, and what its app must be allowed to do. */
import type { Accounts } from '../contract.ts';
import { OPTIONAL_SCOPES, SCOPES } from './check.ts';
import { CHECKED_VERSIONS } from './versions.ts';

const DOMAIN = /^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$/;
const OFFLINE = 'offline-token';

export const accounts: Accounts = {
  scopes: [
    ...SCOPES.map(({ any, for: what }) => ({ scope: any[0] as string, for: what, optional: false })),
    ...OPTIONAL_SCOPES.map(({ scope, for: what }) => ({ scope, for: what, optional: true })),
  ],
  access: [
    { kind: 'client-credentials', label: 'An app of the store’s own organisation' },
    { kind: OFFLINE, label: 'An app that the merchant authorises in the browser' },
  ],
  apiVersions: CHECKED_VERSIONS.filter((version) => version !== 'unstable').toReversed(),

  connection({ account, clientId, access, apiVersion, baseUrl }) {
    const domain = domainOf(account);
    if (domain === null)
      return {
        status: 'refused',
        message: `"${account}" is no store: give its domain, such as example.myshopify.com, or the first part of it`,
      };
    return {
      status: 'described',
      id: `shopify-${domain.split('.')[0]}`,
      settings: {
        shopDomain: domain,
        clientId,
        ...(access === OFFLINE ? { access: 'offlineToken' } : {}),
        ...(apiVersion ? { apiVersion } : {}),
        ...(baseUrl ? { baseUrl } : {}),
      },
      sameCodes: ['sku'],
    };
  },
};

/** "Example", "example.myshopify.com", an address copied from the browser, of the shop or of its admin. */
function domainOf(account: string): string | null {
  const text = account.trim().toLowerCase();
  const admin = /^(?:https:\/\/)?admin\.shopify\.com\/store\/([a-z0-9-]+)/.exec(text)?.[1];
  const domain = admin ?? text.replace(/^https?:\/\//, '').replace(/[/?#].*$/, '');
  if (!DOMAIN.test(domain)) return null;
  return domain.includes('.') ? domain : `${domain}.myshopify.com`;
}
