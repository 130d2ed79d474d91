/** What the vendor can do and this sandbox does not: said clearly, never invented. */
import { GraphQLError } from 'graphql';

export function notSupported(what: string): GraphQLError {
  return new GraphQLError(
    `The sandbox does not behave ${what}: teach it in src/connectors/shopify/sandbox, as the vendor does it`,
    { extensions: { code: 'NOT_SUPPORTED_IN_SANDBOX' } },
  );
}
