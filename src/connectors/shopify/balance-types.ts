/**
 * What each of the vendor's types of balance transactions is. The vendor documents none of them beyond its name; a test walks
 * through the schema's whole enum, so that a new one is seen here and not in the books. One that is not here is a case.
 */
import type { SettlementKind } from '../../domain/canonical/index.ts';

/** Types by kind. One that takes another back (`…_REVERSAL`) is of its kind, and stands here only where the other has another name. */
const TYPES_OF_KIND: Readonly<Record<Exclude<SettlementKind, 'unknown'>, readonly string[]>> = {
  // The shopper's money. Shop Cash is the vendor's own tender: it pays the store for it.
  capture: ['CHARGE', 'CHARGE_ADJUSTMENT', 'MANAGED_MARKETS_CHARGE_CREDIT', 'SHOP_CASH_CREDIT'],
  refund: [
    'MANAGED_MARKETS_REFUND_DEBIT',
    'REFUND',
    'REFUND_ADJUSTMENT',
    'REFUND_FAILURE',
    'SHOP_CASH_REFUND_DEBIT',
  ],
  // What taking money costs. Adjustments and anomalies put right what was taken wrongly.
  fee: [
    'ACH_BANK_FAILURE_DEBIT_FEE',
    'ACH_BANK_FAILURE_DEBIT_REVERSAL_FEE',
    'ADJUSTMENT',
    'ANOMALY_CREDIT',
    'ANOMALY_DEBIT',
    'APPLICATION_FEE_REFUND',
    'CHARGEBACK_FEE',
    'CHARGEBACK_FEE_REFUND',
    'MANAGED_MARKETS_DISPUTE_FEE_CREDIT',
    'MANAGED_MARKETS_DISPUTE_FEE_DEBIT',
    'MANAGED_MARKETS_MERCHANT_OF_RECORD_ACCOUNT_FX_DRIFT_CREDIT',
    'MANAGED_MARKETS_MERCHANT_OF_RECORD_ACCOUNT_FX_DRIFT_DEBIT',
    'MANAGED_MARKETS_WEBHOOK_ADJUSTMENT_CREDIT',
    'MANAGED_MARKETS_WEBHOOK_ADJUSTMENT_DEBIT',
    'MARKETPLACE_FEE_CREDIT',
    'MOBILEPAY_SERVICE_FEE',
    'MOBILEPAY_SERVICE_FEE_REFUND',
    'REFERRAL_FEE',
    'STRIPE_FEE',
  ],
  feeTax: ['REFERRAL_FEE_TAX', 'VAT_REFUND_CREDIT'],
  // The payouts' summary calls these the marketplace's tax: what it owes of an order, it keeps.
  channelTax: [
    'MANAGED_MARKETS_B2B_DOMESTIC_TAXES_ADJUSTMENT_CREDIT',
    'MANAGED_MARKETS_B2B_DOMESTIC_TAXES_ADJUSTMENT_DEBIT',
    'MANAGED_MARKETS_B2B_DOMESTIC_TAXES_ADJUSTMENT_PLATFORM_CREDIT',
    'MANAGED_MARKETS_B2B_DOMESTIC_TAXES_ADJUSTMENT_PLATFORM_DEBIT',
    'TAX_ADJUSTMENT_CREDIT',
    'TAX_ADJUSTMENT_DEBIT',
  ],
  reserve: [
    'CHARGEBACK_HOLD',
    'CHARGEBACK_HOLD_RELEASE',
    'RESERVED_FUNDS',
    'RESERVED_FUNDS_WITHDRAWAL',
    'RISK_REVERSAL',
    'RISK_WITHDRAWAL',
  ],
  advance: [
    'ADVANCE',
    'ADVANCE_FUNDING',
    'INSTALLMENTS_BALANCE_RECOVERY_CREDIT',
    'INSTALLMENTS_BALANCE_RECOVERY_DEBIT',
    'LENDING_CAPITAL_REFUND',
    'LENDING_CAPITAL_REMITTANCE',
    'LENDING_CREDIT',
    'LENDING_CREDIT_REFUND',
    'LENDING_CREDIT_REMITTANCE',
    'LENDING_DEBIT',
  ],
  // What the vendor and other merchants sell to the store, and what they give it.
  billing: [
    'ADS_PUBLISHER_CREDIT',
    'BILLING_DEBIT',
    'CHANNEL_CREDIT',
    'CHANNEL_PROMOTION_CREDIT',
    'CUSTOMS_DUTY',
    'CUSTOMS_DUTY_ADJUSTMENT',
    'IMPORT_TAX',
    'IMPORT_TAX_ADJUSTMENT',
    'IMPORT_TAX_REFUND',
    'MANAGED_MARKETS_DUTIES_AND_TAXES_ADJUSTMENT_CREDIT',
    'MANAGED_MARKETS_DUTIES_AND_TAXES_ADJUSTMENT_DEBIT',
    'MANAGED_MARKETS_DUTIES_AND_TAXES_ADJUSTMENT_PLATFORM_CREDIT',
    'MANAGED_MARKETS_DUTIES_AND_TAXES_ADJUSTMENT_PLATFORM_DEBIT',
    'MANAGED_MARKETS_NON_TARGET_REVENUE_ADJUSTMENT_CREDIT',
    'MANAGED_MARKETS_NON_TARGET_REVENUE_ADJUSTMENT_DEBIT',
    'MANAGED_MARKETS_NON_TARGET_REVENUE_ADJUSTMENT_PLATFORM_CREDIT',
    'MANAGED_MARKETS_NON_TARGET_REVENUE_ADJUSTMENT_PLATFORM_DEBIT',
    'MARKETS_PRO_CREDIT',
    'MERCHANT_GOODWILL_CREDIT',
    'MERCHANT_TO_MERCHANT_CREDIT',
    'MERCHANT_TO_MERCHANT_DEBIT',
    'PROMOTION_CREDIT',
    'SHIPPING_LABEL',
    'SHIPPING_LABEL_ADJUSTMENT',
    'SHIPPING_LABEL_ADJUSTMENT_BASE',
    'SHIPPING_LABEL_ADJUSTMENT_SURCHARGE',
    'SHIPPING_OTHER_CARRIER_CHARGE_ADJUSTMENT',
    'SHIPPING_RETURN_TO_ORIGIN_ADJUSTMENT',
    'SHOPIFY_COLLECTIVE_CREDIT',
    'SHOPIFY_COLLECTIVE_DEBIT',
    'SHOPIFY_SOURCE_CREDIT',
    'SHOPIFY_SOURCE_DEBIT',
    'SHOP_CASH_BILLING_DEBIT',
    'SHOP_CASH_CAMPAIGN_BILLING_CREDIT',
    'SHOP_CASH_CAMPAIGN_BILLING_DEBIT',
  ],
  // What the vendor pays for a chargeback that it protects from makes good what the chargeback took.
  dispute: [
    'CHARGEBACK_PROTECTION_CREDIT',
    'CHARGEBACK_PROTECTION_DEBIT',
    'DISPUTE_REVERSAL',
    'DISPUTE_WITHDRAWAL',
    'MANAGED_MARKETS_DISPUTED_AMOUNT_DEBIT',
    'MANAGED_MARKETS_DISPUTE_WON_AMOUNT_CREDIT',
    'SELLER_PROTECTION_CREDIT',
  ],
  // Between this account and another one of the merchant: a bank's, or the vendor's own.
  transfer: [
    'BALANCE_TRANSFER_INBOUND',
    'BALANCE_TRANSFER_OUTBOUND',
    'CHANNEL_TRANSFER_CREDIT',
    'CHANNEL_TRANSFER_DEBIT',
    'COLLECTIONS_CREDIT',
    'MANAGED_MARKETS_MERCHANT_OF_RECORD_ACCOUNT_NETTING_CREDIT',
    'MANAGED_MARKETS_MERCHANT_OF_RECORD_ACCOUNT_NETTING_DEBIT',
    'TRANSFER',
    'TRANSFER_CANCEL',
    'TRANSFER_FAILURE',
    'TRANSFER_REFUND',
  ],
};

const KINDS: ReadonlyMap<string, SettlementKind> = new Map(
  Object.entries(TYPES_OF_KIND).flatMap(([kind, types]) =>
    types.map((type) => [type, kind as SettlementKind] as const),
  ),
);

/** The kind of a balance transaction by the vendor's type. */
export function kindOfBalanceType(type: string): SettlementKind {
  return KINDS.get(type) ?? KINDS.get(type.replace(/_REVERSAL$/, '')) ?? 'unknown';
}

/** All types that are known. */
export const BALANCE_TYPES: readonly string[] = [...KINDS.keys()];

/** A payout as it leaves the account. It is among its own transactions, and no part of its sum. */
export const PAYOUT_ITSELF = 'TRANSFER';
/** The money of a payout that did not reach the bank is in the account again: its payout is reopened, nothing else is booked. */
export const PAYOUT_RETURNED: readonly string[] = ['TRANSFER_CANCEL', 'TRANSFER_FAILURE'];
