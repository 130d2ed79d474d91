/**
 * The API that a retailer's own system implements: its schemas, by role, and the document that is published of them
 * (`docs/reference/rest-openapi.json`; `node src/connectors/rest/publish-openapi.ts` writes it anew).
 */
export * from './api/announcement.ts';
export * from './api/common.ts';
export { openApiDocument, openApiText } from './api/document.ts';
export * from './api/events.ts';
export * from './api/finance.ts';
export * from './api/order.ts';
export * from './api/release.ts';
export * from './api/sales-order.ts';
export * from './api/stock.ts';
