/** What the sandbox ERP keeps. */
interface Tax {
  code: string;
  rate: string;
  amount: string;
  channelLiable: boolean;
}

export interface SalesOrderContent {
  orderName: string;
  entity: string;
  currency: string;
  taxesIncluded: boolean;
  tenders?: { paymentMethod: string; amount: string }[];
  lines: {
    lineId: string;
    item: string;
    quantity: number;
    amount: string;
    discount: string;
    taxes: Tax[];
    giftCard?: boolean;
  }[];
  charges: { kind: string; amount: string; taxes: Tax[] }[];
  total: string;
}

export interface RefundContent {
  refundId: string;
  currency: string;
  cash: string;
  credits: { lineId: string; quantity: number; amount: string; tax: string }[];
  shipping: string;
  removed: string;
  adjustment: string;
  refundedAt: string;
}

export interface ShipmentContent {
  shipmentId: string;
  location: string;
  lines: { lineId: string; quantity: number }[];
}

export interface SalesOrderBook {
  id: string;
  number: string;
  reference: string;
  status: 'open' | 'held' | 'cancelled';
  content: SalesOrderContent;
  /** Fingerprint of each revision's content; the first is 1. */
  revisions: Map<number, string>;
  revision: number;
  version: number;
  updatedAt: string;
  shipments: Map<string, ShipmentContent & { id: string; print: string }>;
  /** What the ERP has invoiced by itself, with the instant. */
  invoices: { number: string; total: string; at: string }[];
  refunds: Map<string, { id: string; print: string; content: RefundContent }>;
}
