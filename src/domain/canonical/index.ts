/** The canonical model, version 1. As JSON Schema: `json-schemas.ts`. */
export * from './common.ts';
export * from './money-documents.ts';
export * from './order.ts';
export * from './person.ts';
export * from './product.ts';
export * from './return.ts';
export * from './stock.ts';
