/** What our documents take and are answered, by the vendor's schema. Made by `npm run shopify-types`; not to be edited. */
/* biome-ignore-all lint: made by a generator */

type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type BulkOperationErrorCode =
  | 'ACCESS_DENIED'
  | 'INTERNAL_SERVER_ERROR'
  | 'TIMEOUT';

export type BulkOperationStatus =
  | 'CANCELED'
  | 'CANCELING'
  | 'COMPLETED'
  | 'CREATED'
  | 'EXPIRED'
  | 'FAILED'
  | 'RUNNING';

export type BulkOperationUserErrorCode =
  | 'INVALID'
  | 'LIMIT_REACHED'
  | 'OPERATION_IN_PROGRESS';

export type CountryCode =
  | 'AC'
  | 'AD'
  | 'AE'
  | 'AF'
  | 'AG'
  | 'AI'
  | 'AL'
  | 'AM'
  | 'AN'
  | 'AO'
  | 'AR'
  | 'AT'
  | 'AU'
  | 'AW'
  | 'AX'
  | 'AZ'
  | 'BA'
  | 'BB'
  | 'BD'
  | 'BE'
  | 'BF'
  | 'BG'
  | 'BH'
  | 'BI'
  | 'BJ'
  | 'BL'
  | 'BM'
  | 'BN'
  | 'BO'
  | 'BQ'
  | 'BR'
  | 'BS'
  | 'BT'
  | 'BV'
  | 'BW'
  | 'BY'
  | 'BZ'
  | 'CA'
  | 'CC'
  | 'CD'
  | 'CF'
  | 'CG'
  | 'CH'
  | 'CI'
  | 'CK'
  | 'CL'
  | 'CM'
  | 'CN'
  | 'CO'
  | 'CR'
  | 'CU'
  | 'CV'
  | 'CW'
  | 'CX'
  | 'CY'
  | 'CZ'
  | 'DE'
  | 'DJ'
  | 'DK'
  | 'DM'
  | 'DO'
  | 'DZ'
  | 'EC'
  | 'EE'
  | 'EG'
  | 'EH'
  | 'ER'
  | 'ES'
  | 'ET'
  | 'FI'
  | 'FJ'
  | 'FK'
  | 'FO'
  | 'FR'
  | 'GA'
  | 'GB'
  | 'GD'
  | 'GE'
  | 'GF'
  | 'GG'
  | 'GH'
  | 'GI'
  | 'GL'
  | 'GM'
  | 'GN'
  | 'GP'
  | 'GQ'
  | 'GR'
  | 'GS'
  | 'GT'
  | 'GW'
  | 'GY'
  | 'HK'
  | 'HM'
  | 'HN'
  | 'HR'
  | 'HT'
  | 'HU'
  | 'ID'
  | 'IE'
  | 'IL'
  | 'IM'
  | 'IN'
  | 'IO'
  | 'IQ'
  | 'IR'
  | 'IS'
  | 'IT'
  | 'JE'
  | 'JM'
  | 'JO'
  | 'JP'
  | 'KE'
  | 'KG'
  | 'KH'
  | 'KI'
  | 'KM'
  | 'KN'
  | 'KP'
  | 'KR'
  | 'KW'
  | 'KY'
  | 'KZ'
  | 'LA'
  | 'LB'
  | 'LC'
  | 'LI'
  | 'LK'
  | 'LR'
  | 'LS'
  | 'LT'
  | 'LU'
  | 'LV'
  | 'LY'
  | 'MA'
  | 'MC'
  | 'MD'
  | 'ME'
  | 'MF'
  | 'MG'
  | 'MK'
  | 'ML'
  | 'MM'
  | 'MN'
  | 'MO'
  | 'MQ'
  | 'MR'
  | 'MS'
  | 'MT'
  | 'MU'
  | 'MV'
  | 'MW'
  | 'MX'
  | 'MY'
  | 'MZ'
  | 'NA'
  | 'NC'
  | 'NE'
  | 'NF'
  | 'NG'
  | 'NI'
  | 'NL'
  | 'NO'
  | 'NP'
  | 'NR'
  | 'NU'
  | 'NZ'
  | 'OM'
  | 'PA'
  | 'PE'
  | 'PF'
  | 'PG'
  | 'PH'
  | 'PK'
  | 'PL'
  | 'PM'
  | 'PN'
  | 'PS'
  | 'PT'
  | 'PY'
  | 'QA'
  | 'RE'
  | 'RO'
  | 'RS'
  | 'RU'
  | 'RW'
  | 'SA'
  | 'SB'
  | 'SC'
  | 'SD'
  | 'SE'
  | 'SG'
  | 'SH'
  | 'SI'
  | 'SJ'
  | 'SK'
  | 'SL'
  | 'SM'
  | 'SN'
  | 'SO'
  | 'SR'
  | 'SS'
  | 'ST'
  | 'SV'
  | 'SX'
  | 'SY'
  | 'SZ'
  | 'TA'
  | 'TC'
  | 'TD'
  | 'TF'
  | 'TG'
  | 'TH'
  | 'TJ'
  | 'TK'
  | 'TL'
  | 'TM'
  | 'TN'
  | 'TO'
  | 'TR'
  | 'TT'
  | 'TV'
  | 'TW'
  | 'TZ'
  | 'UA'
  | 'UG'
  | 'UM'
  | 'US'
  | 'UY'
  | 'UZ'
  | 'VA'
  | 'VC'
  | 'VE'
  | 'VG'
  | 'VN'
  | 'VU'
  | 'WF'
  | 'WS'
  | 'XK'
  | 'YE'
  | 'YT'
  | 'ZA'
  | 'ZM'
  | 'ZW'
  | 'ZZ';

export type CurrencyCode =
  | 'AED'
  | 'AFN'
  | 'ALL'
  | 'AMD'
  | 'ANG'
  | 'AOA'
  | 'ARS'
  | 'AUD'
  | 'AWG'
  | 'AZN'
  | 'BAM'
  | 'BBD'
  | 'BDT'
  | 'BGN'
  | 'BHD'
  | 'BIF'
  | 'BMD'
  | 'BND'
  | 'BOB'
  | 'BRL'
  | 'BSD'
  | 'BTN'
  | 'BWP'
  | 'BYN'
  | 'BYR'
  | 'BZD'
  | 'CAD'
  | 'CDF'
  | 'CHF'
  | 'CLP'
  | 'CNY'
  | 'COP'
  | 'CRC'
  | 'CVE'
  | 'CZK'
  | 'DJF'
  | 'DKK'
  | 'DOP'
  | 'DZD'
  | 'EGP'
  | 'ERN'
  | 'ETB'
  | 'EUR'
  | 'FJD'
  | 'FKP'
  | 'GBP'
  | 'GEL'
  | 'GHS'
  | 'GIP'
  | 'GMD'
  | 'GNF'
  | 'GTQ'
  | 'GYD'
  | 'HKD'
  | 'HNL'
  | 'HRK'
  | 'HTG'
  | 'HUF'
  | 'IDR'
  | 'ILS'
  | 'INR'
  | 'IQD'
  | 'IRR'
  | 'ISK'
  | 'JEP'
  | 'JMD'
  | 'JOD'
  | 'JPY'
  | 'KES'
  | 'KGS'
  | 'KHR'
  | 'KID'
  | 'KMF'
  | 'KRW'
  | 'KWD'
  | 'KYD'
  | 'KZT'
  | 'LAK'
  | 'LBP'
  | 'LKR'
  | 'LRD'
  | 'LSL'
  | 'LTL'
  | 'LVL'
  | 'LYD'
  | 'MAD'
  | 'MDL'
  | 'MGA'
  | 'MKD'
  | 'MMK'
  | 'MNT'
  | 'MOP'
  | 'MRU'
  | 'MUR'
  | 'MVR'
  | 'MWK'
  | 'MXN'
  | 'MYR'
  | 'MZN'
  | 'NAD'
  | 'NGN'
  | 'NIO'
  | 'NOK'
  | 'NPR'
  | 'NZD'
  | 'OMR'
  | 'PAB'
  | 'PEN'
  | 'PGK'
  | 'PHP'
  | 'PKR'
  | 'PLN'
  | 'PYG'
  | 'QAR'
  | 'RON'
  | 'RSD'
  | 'RUB'
  | 'RWF'
  | 'SAR'
  | 'SBD'
  | 'SCR'
  | 'SDG'
  | 'SEK'
  | 'SGD'
  | 'SHP'
  | 'SLL'
  | 'SOS'
  | 'SRD'
  | 'SSP'
  | 'STD'
  | 'STN'
  | 'SYP'
  | 'SZL'
  | 'THB'
  | 'TJS'
  | 'TMT'
  | 'TND'
  | 'TOP'
  | 'TRY'
  | 'TTD'
  | 'TWD'
  | 'TZS'
  | 'UAH'
  | 'UGX'
  | 'USD'
  | 'USDC'
  | 'UYU'
  | 'UZS'
  | 'VED'
  | 'VEF'
  | 'VES'
  | 'VND'
  | 'VUV'
  | 'WST'
  | 'XAF'
  | 'XCD'
  | 'XOF'
  | 'XPF'
  | 'XXX'
  | 'YER'
  | 'ZAR'
  | 'ZMW';

export type DeliveryMethodType =
  | 'LOCAL'
  | 'NONE'
  | 'PICKUP_POINT'
  | 'PICK_UP'
  | 'RETAIL'
  | 'SHIPPING';

export type DisputeStatus =
  | 'ACCEPTED'
  | 'CHARGE_REFUNDED'
  | 'LOST'
  | 'NEEDS_RESPONSE'
  | 'PREVENTED'
  | 'UNDER_REVIEW'
  | 'WON';

export type DisputeType =
  | 'CHARGEBACK'
  | 'INQUIRY';

export type ExchangeLineItemAppliedDiscountInput = {
  description?: string | null | undefined;
  value: ExchangeLineItemAppliedDiscountValueInput;
};

export type ExchangeLineItemAppliedDiscountValueInput =
  {   amount: MoneyInput; percentage?: never; }
  |  { amount?: never;   percentage: number; };

export type ExchangeLineItemInput = {
  appliedDiscount?: ExchangeLineItemAppliedDiscountInput | null | undefined;
  giftCardCodes?: Array<string> | null | undefined;
  quantity: number;
  variantId?: string | null | undefined;
};

export type FulfillmentHoldReason =
  | 'AWAITING_PAYMENT'
  | 'AWAITING_RETURN_ITEMS'
  | 'HIGH_RISK_OF_FRAUD'
  | 'INCORRECT_ADDRESS'
  | 'INVENTORY_OUT_OF_STOCK'
  | 'ONLINE_STORE_POST_PURCHASE_CROSS_SELL'
  | 'OTHER'
  | 'UNKNOWN_DELIVERY_DATE';

export type FulfillmentInput = {
  lineItemsByFulfillmentOrder: Array<FulfillmentOrderLineItemsInput>;
  notifyCustomer?: boolean | null | undefined;
  originAddress?: FulfillmentOriginAddressInput | null | undefined;
  trackingInfo?: FulfillmentTrackingInput | null | undefined;
};

export type FulfillmentOrderHoldInput = {
  externalId?: string | null | undefined;
  fulfillmentOrderLineItems?: Array<FulfillmentOrderLineItemInput> | null | undefined;
  handle?: string | null | undefined;
  notifyMerchant?: boolean | null | undefined;
  reason: FulfillmentHoldReason;
  reasonNotes?: string | null | undefined;
};

export type FulfillmentOrderHoldUserErrorCode =
  | 'DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS'
  | 'DUPLICATE_FULFILLMENT_HOLD_HANDLE'
  | 'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED'
  | 'FULFILLMENT_ORDER_NOT_FOUND'
  | 'FULFILLMENT_ORDER_NOT_SPLITTABLE'
  | 'GREATER_THAN_ZERO'
  | 'INVALID_LINE_ITEM_QUANTITY'
  | 'TAKEN';

export type FulfillmentOrderLineItemInput = {
  id: string;
  quantity: number;
};

export type FulfillmentOrderLineItemsInput = {
  fulfillmentOrderId: string;
  fulfillmentOrderLineItems?: Array<FulfillmentOrderLineItemInput> | null | undefined;
};

export type FulfillmentOrderRejectionReason =
  | 'INCORRECT_ADDRESS'
  | 'INCORRECT_PRODUCT_INFO'
  | 'INELIGIBLE_PRODUCT'
  | 'INTERNATIONAL_SHIPPING_UNAVAILABLE'
  | 'INVALID_CONTACT_INFORMATION'
  | 'INVALID_SKU'
  | 'INVENTORY_OUT_OF_STOCK'
  | 'MERCHANT_BLOCKED_OR_SUSPENDED'
  | 'MISSING_CUSTOMS_INFO'
  | 'ORDER_TOO_LARGE'
  | 'OTHER'
  | 'PACKAGE_PREFERENCE_NOT_SET'
  | 'PAYMENT_DECLINED'
  | 'UNDELIVERABLE_DESTINATION';

export type FulfillmentOrderReleaseHoldUserErrorCode =
  | 'FULFILLMENT_ORDER_NOT_FOUND'
  | 'INVALID_ACCESS';

export type FulfillmentOrderRequestStatus =
  | 'ACCEPTED'
  | 'CANCELLATION_ACCEPTED'
  | 'CANCELLATION_REJECTED'
  | 'CANCELLATION_REQUESTED'
  | 'CLOSED'
  | 'REJECTED'
  | 'SUBMITTED'
  | 'UNSUBMITTED';

export type FulfillmentOrderStatus =
  | 'CANCELLED'
  | 'CLOSED'
  | 'INCOMPLETE'
  | 'IN_PROGRESS'
  | 'ON_HOLD'
  | 'OPEN'
  | 'SCHEDULED';

export type FulfillmentOriginAddressInput = {
  address1?: string | null | undefined;
  address2?: string | null | undefined;
  city?: string | null | undefined;
  countryCode: string;
  provinceCode?: string | null | undefined;
  zip?: string | null | undefined;
};

export type FulfillmentStatus =
  | 'CANCELLED'
  | 'ERROR'
  | 'FAILURE'
  | 'OPEN'
  | 'PENDING'
  | 'SUCCESS';

export type FulfillmentTrackingInput = {
  company?: string | null | undefined;
  number?: string | null | undefined;
  numbers?: Array<string> | null | undefined;
  url?: string | null | undefined;
  urls?: Array<string> | null | undefined;
};

export type HasMetafieldsMetafieldIdentifierInput = {
  key: string;
  namespace?: string | null | undefined;
};

export type InventoryAdjustQuantitiesInput = {
  changes: Array<InventoryChangeInput>;
  name: string;
  reason: string;
  referenceDocumentUri?: string | null | undefined;
};

export type InventoryAdjustQuantitiesUserErrorCode =
  | 'ADJUST_QUANTITIES_FAILED'
  | 'CHANGE_FROM_QUANTITY_STALE'
  | 'IDEMPOTENCY_CONCURRENT_REQUEST'
  | 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH'
  | 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED'
  | 'INTERNAL_LEDGER_DOCUMENT'
  | 'INVALID_AVAILABLE_DOCUMENT'
  | 'INVALID_INVENTORY_ITEM'
  | 'INVALID_LEDGER_DOCUMENT'
  | 'INVALID_LOCATION'
  | 'INVALID_QUANTITY_DOCUMENT'
  | 'INVALID_QUANTITY_NAME'
  | 'INVALID_QUANTITY_TOO_HIGH'
  | 'INVALID_QUANTITY_TOO_LOW'
  | 'INVALID_REASON'
  | 'INVALID_REFERENCE_DOCUMENT'
  | 'MAX_ONE_LEDGER_DOCUMENT'
  | 'NON_MUTABLE_INVENTORY_ITEM'
  | 'SERVICE_UNAVAILABLE';

export type InventoryChangeInput = {
  changeFromQuantity?: number | null | undefined;
  delta: number;
  inventoryItemId: string;
  ledgerDocumentUri?: string | null | undefined;
  locationId: string;
};

export type InventoryQuantityInput = {
  changeFromQuantity?: number | null | undefined;
  inventoryItemId: string;
  locationId: string;
  quantity: number;
};

export type InventorySetQuantitiesInput = {
  name: string;
  quantities: Array<InventoryQuantityInput>;
  reason: string;
  referenceDocumentUri?: string | null | undefined;
};

export type InventorySetQuantitiesUserErrorCode =
  | 'CHANGE_FROM_QUANTITY_STALE'
  | 'COMPARE_QUANTITY_REQUIRED'
  | 'COMPARE_QUANTITY_STALE'
  | 'IDEMPOTENCY_CONCURRENT_REQUEST'
  | 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH'
  | 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED'
  | 'INVALID_INVENTORY_ITEM'
  | 'INVALID_LOCATION'
  | 'INVALID_NAME'
  | 'INVALID_QUANTITY_NEGATIVE'
  | 'INVALID_QUANTITY_TOO_HIGH'
  | 'INVALID_QUANTITY_TOO_LOW'
  | 'INVALID_REASON'
  | 'INVALID_REFERENCE_DOCUMENT'
  | 'NON_MUTABLE_INVENTORY_ITEM'
  | 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR';

export type MetafieldsSetInput = {
  compareDigest?: string | null | undefined;
  key: string;
  namespace?: string | null | undefined;
  ownerId: string;
  type?: string | null | undefined;
  value: string;
};

export type MetafieldsSetUserErrorCode =
  | 'APP_NOT_AUTHORIZED'
  | 'BLANK'
  | 'CAPABILITY_VIOLATION'
  | 'INCLUSION'
  | 'INTERNAL_ERROR'
  | 'INVALID'
  | 'INVALID_COMPARE_DIGEST'
  | 'INVALID_TYPE'
  | 'INVALID_VALUE'
  | 'LESS_THAN_OR_EQUAL_TO'
  | 'PRESENT'
  | 'STALE_OBJECT'
  | 'TAKEN'
  | 'TOO_LONG'
  | 'TOO_SHORT';

export type MoneyInput = {
  amount: string;
  currencyCode: CurrencyCode;
};

export type OrderAdjustmentInputDiscrepancyReason =
  | 'CUSTOMER'
  | 'DAMAGE'
  | 'OTHER'
  | 'RESTOCK';

export type OrderCancelReason =
  | 'CUSTOMER'
  | 'DECLINED'
  | 'FRAUD'
  | 'INVENTORY'
  | 'OTHER'
  | 'STAFF';

export type OrderCancelRefundMethodInput =
  {   originalPaymentMethodsRefund: boolean; storeCreditRefund?: never; }
  |  { originalPaymentMethodsRefund?: never;   storeCreditRefund: OrderCancelStoreCreditRefundInput; };

export type OrderCancelStoreCreditRefundInput = {
  expiresAt?: string | null | undefined;
};

export type OrderCancelUserErrorCode =
  | 'INTERNAL_ERROR'
  | 'INVALID'
  | 'NOT_FOUND'
  | 'NO_REFUND_PERMISSION'
  | 'NO_REFUND_TO_STORE_CREDIT_PERMISSION'
  | 'STORE_CREDIT_REFUND_B2B_NOT_SUPPORTED'
  | 'STORE_CREDIT_REFUND_EXPIRATION_IN_PAST'
  | 'STORE_CREDIT_REFUND_MISSING_CUSTOMER';

export type OrderCaptureInput = {
  amount: string;
  currency?: CurrencyCode | null | undefined;
  finalCapture?: boolean | null | undefined;
  id: string;
  parentTransactionId: string;
};

export type OrderDisplayFinancialStatus =
  | 'AUTHORIZED'
  | 'EXPIRED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED';

export type OrderReturnStatus =
  | 'INSPECTION_COMPLETE'
  | 'IN_PROGRESS'
  | 'NO_RETURN'
  | 'RETURNED'
  | 'RETURN_FAILED'
  | 'RETURN_REQUESTED';

export type OrderTransactionInput = {
  amount: string;
  gateway: string;
  kind: OrderTransactionKind;
  orderId: string;
  parentId?: string | null | undefined;
};

export type OrderTransactionKind =
  | 'AUTHORIZATION'
  | 'CAPTURE'
  | 'CHANGE'
  | 'EMV_AUTHORIZATION'
  | 'REFUND'
  | 'SALE'
  | 'SUGGESTED_REFUND'
  | 'VOID';

export type OrderTransactionStatus =
  | 'AWAITING_RESPONSE'
  | 'ERROR'
  | 'FAILURE'
  | 'PENDING'
  | 'SUCCESS'
  | 'UNKNOWN';

export type PaymentTermsType =
  | 'FIXED'
  | 'FULFILLMENT'
  | 'NET'
  | 'RECEIPT'
  | 'UNKNOWN';

export type RefundDutyInput = {
  dutyId: string;
  refundType?: RefundDutyRefundType | null | undefined;
};

export type RefundDutyRefundType =
  | 'FULL'
  | 'PROPORTIONAL';

export type RefundInput = {
  allowOverRefunding?: boolean | null | undefined;
  currency?: CurrencyCode | null | undefined;
  discrepancyReason?: OrderAdjustmentInputDiscrepancyReason | null | undefined;
  note?: string | null | undefined;
  notify?: boolean | null | undefined;
  orderId: string;
  processedAt?: string | null | undefined;
  refundDuties?: Array<RefundDutyInput> | null | undefined;
  refundLineItems?: Array<RefundLineItemInput> | null | undefined;
  refundMethods?: Array<RefundMethodInput> | null | undefined;
  shipping?: ShippingRefundInput | null | undefined;
  transactions?: Array<OrderTransactionInput> | null | undefined;
};

export type RefundLineItemInput = {
  lineItemId: string;
  locationId?: string | null | undefined;
  quantity: number;
  restockType?: RefundLineItemRestockType | null | undefined;
};

export type RefundLineItemRestockType =
  | 'CANCEL'
  | 'LEGACY_RESTOCK'
  | 'NO_RESTOCK'
  | 'RETURN';

export type RefundMethodInput =
  {   storeCreditRefund: StoreCreditRefundInput; };

export type RefundShippingInput = {
  fullRefund?: boolean | null | undefined;
  shippingRefundAmount?: MoneyInput | null | undefined;
};

export type RestockingFeeInput = {
  percentage: number;
};

export type ReturnDeclineReason =
  | 'FINAL_SALE'
  | 'OTHER'
  | 'RETURN_PERIOD_ENDED';

export type ReturnErrorCode =
  | 'ALREADY_EXISTS'
  | 'BLANK'
  | 'CREATION_FAILED'
  | 'EQUAL_TO'
  | 'FEATURE_NOT_ENABLED'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUAL_TO'
  | 'INCLUSION'
  | 'INCOMPATIBLE_WITH_STANDARD_POLICY'
  | 'INTERNAL_ERROR'
  | 'INVALID'
  | 'INVALID_STATE'
  | 'LESS_THAN'
  | 'LESS_THAN_OR_EQUAL_TO'
  | 'MISSING_PERMISSION'
  | 'NOTIFICATION_FAILED'
  | 'NOT_A_NUMBER'
  | 'NOT_EDITABLE'
  | 'NOT_FOUND'
  | 'PRESENT'
  | 'TAKEN'
  | 'TOO_BIG'
  | 'TOO_LONG'
  | 'TOO_MANY_ARGUMENTS'
  | 'TOO_SHORT'
  | 'WRONG_LENGTH';

export type ReturnInput = {
  exchangeLineItems?: Array<ExchangeLineItemInput> | null | undefined;
  /** @deprecated This field is no longer supported and any value provided to it is currently ignored. */
  notifyCustomer?: boolean | null | undefined;
  orderId: string;
  requestedAt?: string | null | undefined;
  returnLineItems: Array<ReturnLineItemInput>;
  returnShippingFee?: ReturnShippingFeeInput | null | undefined;
  /** @deprecated This field is temporary to support the transition to Returns Processing APIs. */
  unprocessed?: boolean | null | undefined;
};

export type ReturnLineItemInput = {
  fulfillmentLineItemId: string;
  quantity: number;
  restockingFee?: RestockingFeeInput | null | undefined;
  /** @deprecated Use `returnReasonDefinitionId` instead. This field will be removed in the future. */
  returnReason?: ReturnReason | null | undefined;
  returnReasonDefinitionId?: string | null | undefined;
  returnReasonNote?: string | null | undefined;
};

export type ReturnProcessExchangeLineItemInput = {
  id: string;
  quantity: number;
};

export type ReturnProcessFinancialTransferInput =
  {   issueRefund: ReturnProcessRefundInput; };

export type ReturnProcessInput = {
  exchangeLineItems?: Array<ReturnProcessExchangeLineItemInput> | null | undefined;
  financialTransfer?: ReturnProcessFinancialTransferInput | null | undefined;
  note?: string | null | undefined;
  notifyCustomer?: boolean | null | undefined;
  refundDuties?: Array<RefundDutyInput> | null | undefined;
  refundShipping?: RefundShippingInput | null | undefined;
  returnId: string;
  returnLineItems?: Array<ReturnProcessReturnLineItemInput> | null | undefined;
  tipLineId?: string | null | undefined;
};

export type ReturnProcessRefundInput = {
  allowOverRefunding?: boolean | null | undefined;
  orderTransactions: Array<ReturnRefundOrderTransactionInput>;
  refundMethods?: Array<RefundMethodInput> | null | undefined;
};

export type ReturnProcessReturnLineItemInput = {
  dispositions?: Array<ReverseFulfillmentOrderDisposeInput> | null | undefined;
  id: string;
  quantity: number;
};

export type ReturnReason =
  | 'COLOR'
  | 'DEFECTIVE'
  | 'NOT_AS_DESCRIBED'
  | 'OTHER'
  | 'SIZE_TOO_LARGE'
  | 'SIZE_TOO_SMALL'
  | 'STYLE'
  | 'UNKNOWN'
  | 'UNWANTED'
  | 'WRONG_ITEM';

export type ReturnRefundOrderTransactionInput = {
  parentId: string;
  transactionAmount: MoneyInput;
};

export type ReturnShippingFeeInput = {
  amount: MoneyInput;
};

export type ReturnStatus =
  | 'CANCELED'
  | 'CLOSED'
  | 'DECLINED'
  | 'OPEN'
  | 'REQUESTED';

export type ReverseFulfillmentOrderDisposeInput = {
  dispositionType: ReverseFulfillmentOrderDispositionType;
  locationId?: string | null | undefined;
  quantity: number;
  reverseFulfillmentOrderLineItemId: string;
};

export type ReverseFulfillmentOrderDispositionType =
  | 'MISSING'
  | 'NOT_RESTOCKED'
  | 'PROCESSING_REQUIRED'
  | 'RESTOCKED';

export type ShippingRefundInput = {
  amount?: string | null | undefined;
  fullRefund?: boolean | null | undefined;
};

export type ShopifyPaymentsDisputeReason =
  | 'BANK_CANNOT_PROCESS'
  | 'CREDIT_NOT_PROCESSED'
  | 'CUSTOMER_INITIATED'
  | 'DEBIT_NOT_AUTHORIZED'
  | 'DUPLICATE'
  | 'FRAUDULENT'
  | 'GENERAL'
  | 'INCORRECT_ACCOUNT_DETAILS'
  | 'INSUFFICIENT_FUNDS'
  | 'NONCOMPLIANT'
  | 'PRODUCT_NOT_RECEIVED'
  | 'PRODUCT_UNACCEPTABLE'
  | 'SUBSCRIPTION_CANCELLED'
  | 'UNRECOGNIZED';

export type ShopifyPaymentsPayoutStatus =
  | 'CANCELED'
  | 'FAILED'
  | 'IN_TRANSIT'
  | 'PAID'
  | 'SCHEDULED';

export type ShopifyPaymentsPayoutTransactionType =
  | 'DEPOSIT'
  | 'WITHDRAWAL';

export type ShopifyPaymentsSourceType =
  | 'ADJUSTMENT'
  | 'ADJUSTMENT_REVERSAL'
  | 'CHARGE'
  | 'DISPUTE'
  | 'REFUND'
  | 'SYSTEM_ADJUSTMENT'
  | 'TRANSFER';

export type ShopifyPaymentsTransactionType =
  | 'ACH_BANK_FAILURE_DEBIT_FEE'
  | 'ACH_BANK_FAILURE_DEBIT_REVERSAL_FEE'
  | 'ADJUSTMENT'
  | 'ADS_PUBLISHER_CREDIT'
  | 'ADS_PUBLISHER_CREDIT_REVERSAL'
  | 'ADVANCE'
  | 'ADVANCE_FUNDING'
  | 'ANOMALY_CREDIT'
  | 'ANOMALY_CREDIT_REVERSAL'
  | 'ANOMALY_DEBIT'
  | 'ANOMALY_DEBIT_REVERSAL'
  | 'APPLICATION_FEE_REFUND'
  | 'BALANCE_TRANSFER_INBOUND'
  | 'BALANCE_TRANSFER_OUTBOUND'
  | 'BILLING_DEBIT'
  | 'BILLING_DEBIT_REVERSAL'
  | 'CHANNEL_CREDIT'
  | 'CHANNEL_CREDIT_REVERSAL'
  | 'CHANNEL_PROMOTION_CREDIT'
  | 'CHANNEL_PROMOTION_CREDIT_REVERSAL'
  | 'CHANNEL_TRANSFER_CREDIT'
  | 'CHANNEL_TRANSFER_CREDIT_REVERSAL'
  | 'CHANNEL_TRANSFER_DEBIT'
  | 'CHANNEL_TRANSFER_DEBIT_REVERSAL'
  | 'CHARGE'
  | 'CHARGEBACK_FEE'
  | 'CHARGEBACK_FEE_REFUND'
  | 'CHARGEBACK_HOLD'
  | 'CHARGEBACK_HOLD_RELEASE'
  | 'CHARGEBACK_PROTECTION_CREDIT'
  | 'CHARGEBACK_PROTECTION_CREDIT_REVERSAL'
  | 'CHARGEBACK_PROTECTION_DEBIT'
  | 'CHARGEBACK_PROTECTION_DEBIT_REVERSAL'
  | 'CHARGE_ADJUSTMENT'
  | 'COLLECTIONS_CREDIT'
  | 'COLLECTIONS_CREDIT_REVERSAL'
  | 'CUSTOMS_DUTY'
  | 'CUSTOMS_DUTY_ADJUSTMENT'
  | 'DISPUTE_REVERSAL'
  | 'DISPUTE_WITHDRAWAL'
  | 'IMPORT_TAX'
  | 'IMPORT_TAX_ADJUSTMENT'
  | 'IMPORT_TAX_REFUND'
  | 'LENDING_CAPITAL_REFUND'
  | 'LENDING_CAPITAL_REFUND_REVERSAL'
  | 'LENDING_CAPITAL_REMITTANCE'
  | 'LENDING_CAPITAL_REMITTANCE_REVERSAL'
  | 'LENDING_CREDIT'
  | 'LENDING_CREDIT_REFUND'
  | 'LENDING_CREDIT_REFUND_REVERSAL'
  | 'LENDING_CREDIT_REMITTANCE'
  | 'LENDING_CREDIT_REMITTANCE_REVERSAL'
  | 'LENDING_CREDIT_REVERSAL'
  | 'LENDING_DEBIT'
  | 'LENDING_DEBIT_REVERSAL'
  | 'MARKETPLACE_FEE_CREDIT'
  | 'MARKETPLACE_FEE_CREDIT_REVERSAL'
  | 'MARKETS_PRO_CREDIT'
  | 'MERCHANT_GOODWILL_CREDIT'
  | 'MERCHANT_GOODWILL_CREDIT_REVERSAL'
  | 'MERCHANT_TO_MERCHANT_CREDIT'
  | 'MERCHANT_TO_MERCHANT_CREDIT_REVERSAL'
  | 'MERCHANT_TO_MERCHANT_DEBIT'
  | 'MERCHANT_TO_MERCHANT_DEBIT_REVERSAL'
  | 'PROMOTION_CREDIT'
  | 'PROMOTION_CREDIT_REVERSAL'
  | 'REFERRAL_FEE'
  | 'REFERRAL_FEE_TAX'
  | 'REFUND'
  | 'REFUND_ADJUSTMENT'
  | 'REFUND_FAILURE'
  | 'RESERVED_FUNDS'
  | 'RESERVED_FUNDS_REVERSAL'
  | 'RESERVED_FUNDS_WITHDRAWAL'
  | 'RISK_REVERSAL'
  | 'RISK_WITHDRAWAL'
  | 'SELLER_PROTECTION_CREDIT'
  | 'SELLER_PROTECTION_CREDIT_REVERSAL'
  | 'SHIPPING_LABEL'
  | 'SHIPPING_LABEL_ADJUSTMENT'
  | 'SHIPPING_LABEL_ADJUSTMENT_BASE'
  | 'SHIPPING_LABEL_ADJUSTMENT_SURCHARGE'
  | 'SHIPPING_OTHER_CARRIER_CHARGE_ADJUSTMENT'
  | 'SHIPPING_RETURN_TO_ORIGIN_ADJUSTMENT'
  | 'SHOPIFY_COLLECTIVE_CREDIT'
  | 'SHOPIFY_COLLECTIVE_CREDIT_REVERSAL'
  | 'SHOPIFY_COLLECTIVE_DEBIT'
  | 'SHOPIFY_COLLECTIVE_DEBIT_REVERSAL'
  | 'SHOPIFY_SOURCE_CREDIT'
  | 'SHOPIFY_SOURCE_CREDIT_REVERSAL'
  | 'SHOPIFY_SOURCE_DEBIT'
  | 'SHOPIFY_SOURCE_DEBIT_REVERSAL'
  | 'SHOP_CASH_BILLING_DEBIT'
  | 'SHOP_CASH_BILLING_DEBIT_REVERSAL'
  | 'SHOP_CASH_CAMPAIGN_BILLING_CREDIT'
  | 'SHOP_CASH_CAMPAIGN_BILLING_CREDIT_REVERSAL'
  | 'SHOP_CASH_CAMPAIGN_BILLING_DEBIT'
  | 'SHOP_CASH_CAMPAIGN_BILLING_DEBIT_REVERSAL'
  | 'SHOP_CASH_CREDIT'
  | 'SHOP_CASH_CREDIT_REVERSAL'
  | 'SHOP_CASH_REFUND_DEBIT'
  | 'SHOP_CASH_REFUND_DEBIT_REVERSAL'
  | 'STRIPE_FEE'
  | 'TAX_ADJUSTMENT_CREDIT'
  | 'TAX_ADJUSTMENT_CREDIT_REVERSAL'
  | 'TAX_ADJUSTMENT_DEBIT'
  | 'TAX_ADJUSTMENT_DEBIT_REVERSAL'
  | 'TRANSFER'
  | 'TRANSFER_CANCEL'
  | 'TRANSFER_FAILURE'
  | 'TRANSFER_REFUND'
  | 'VAT_REFUND_CREDIT'
  | 'VAT_REFUND_CREDIT_REVERSAL';

export type StoreCreditRefundInput = {
  amount: MoneyInput;
  expiresAt?: string | null | undefined;
};

export type WebhookSubscriptionFormat =
  | 'JSON'
  | 'XML';

export type WebhookSubscriptionInput = {
  /** @deprecated Use `uri` instead. */
  callbackUrl?: string | null | undefined;
  filter?: string | null | undefined;
  format?: WebhookSubscriptionFormat | null | undefined;
  includeFields?: Array<string> | null | undefined;
  metafieldNamespaces?: Array<string> | null | undefined;
  metafields?: Array<HasMetafieldsMetafieldIdentifierInput> | null | undefined;
  name?: string | null | undefined;
  uri?: string | null | undefined;
};

export type WebhookSubscriptionTopic =
  | 'APP_PURCHASES_ONE_TIME_UPDATE'
  | 'APP_SCOPES_UPDATE'
  | 'APP_SUBSCRIPTIONS_APPROACHING_CAPPED_AMOUNT'
  | 'APP_SUBSCRIPTIONS_UPDATE'
  | 'APP_UNINSTALLED'
  | 'AUDIT_EVENTS_ADMIN_API_ACTIVITY'
  | 'BULK_OPERATIONS_FINISH'
  | 'CARTS_CREATE'
  | 'CARTS_UPDATE'
  | 'CHANNELS_DELETE'
  | 'CHECKOUTS_CREATE'
  | 'CHECKOUTS_DELETE'
  | 'CHECKOUTS_UPDATE'
  | 'COLLECTIONS_CREATE'
  | 'COLLECTIONS_DELETE'
  | 'COLLECTIONS_UPDATE'
  | 'COLLECTION_LISTINGS_ADD'
  | 'COLLECTION_LISTINGS_REMOVE'
  | 'COLLECTION_LISTINGS_UPDATE'
  | 'COLLECTION_PUBLICATIONS_CREATE'
  | 'COLLECTION_PUBLICATIONS_DELETE'
  | 'COLLECTION_PUBLICATIONS_UPDATE'
  | 'COMPANIES_CREATE'
  | 'COMPANIES_DELETE'
  | 'COMPANIES_UPDATE'
  | 'COMPANY_CONTACTS_CREATE'
  | 'COMPANY_CONTACTS_DELETE'
  | 'COMPANY_CONTACTS_UPDATE'
  | 'COMPANY_CONTACT_ROLES_ASSIGN'
  | 'COMPANY_CONTACT_ROLES_REVOKE'
  | 'COMPANY_LOCATIONS_CREATE'
  | 'COMPANY_LOCATIONS_DELETE'
  | 'COMPANY_LOCATIONS_UPDATE'
  | 'CUSTOMERS_CREATE'
  | 'CUSTOMERS_DELETE'
  | 'CUSTOMERS_DISABLE'
  | 'CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE'
  | 'CUSTOMERS_ENABLE'
  | 'CUSTOMERS_MARKETING_CONSENT_UPDATE'
  | 'CUSTOMERS_MERGE'
  | 'CUSTOMERS_PURCHASING_SUMMARY'
  | 'CUSTOMERS_UPDATE'
  | 'CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE'
  | 'CUSTOMER_ACCOUNT_SETTINGS_UPDATE'
  | 'CUSTOMER_GROUPS_CREATE'
  | 'CUSTOMER_GROUPS_DELETE'
  | 'CUSTOMER_GROUPS_UPDATE'
  | 'CUSTOMER_JOINED_SEGMENT'
  | 'CUSTOMER_LEFT_SEGMENT'
  | 'CUSTOMER_PAYMENT_METHODS_CREATE'
  | 'CUSTOMER_PAYMENT_METHODS_REVOKE'
  | 'CUSTOMER_PAYMENT_METHODS_UPDATE'
  | 'CUSTOMER_TAGS_ADDED'
  | 'CUSTOMER_TAGS_REMOVED'
  | 'DELIVERY_PROMISE_SETTINGS_UPDATE'
  | 'DISCOUNTS_CREATE'
  | 'DISCOUNTS_DELETE'
  | 'DISCOUNTS_REDEEMCODE_ADDED'
  | 'DISCOUNTS_REDEEMCODE_REMOVED'
  | 'DISCOUNTS_UPDATE'
  | 'DISPUTES_CREATE'
  | 'DISPUTES_UPDATE'
  | 'DOMAINS_CREATE'
  | 'DOMAINS_DESTROY'
  | 'DOMAINS_UPDATE'
  | 'DRAFT_ORDERS_CREATE'
  | 'DRAFT_ORDERS_DELETE'
  | 'DRAFT_ORDERS_UPDATE'
  | 'FINANCE_APP_STAFF_MEMBER_DELETE'
  | 'FINANCE_APP_STAFF_MEMBER_GRANT'
  | 'FINANCE_APP_STAFF_MEMBER_REVOKE'
  | 'FINANCE_APP_STAFF_MEMBER_UPDATE'
  | 'FINANCE_KYC_INFORMATION_UPDATE'
  | 'FULFILLMENTS_CREATE'
  | 'FULFILLMENTS_UPDATE'
  | 'FULFILLMENT_EVENTS_CREATE'
  | 'FULFILLMENT_EVENTS_DELETE'
  | 'FULFILLMENT_HOLDS_ADDED'
  | 'FULFILLMENT_HOLDS_RELEASED'
  | 'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_ACCEPTED'
  | 'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_REJECTED'
  | 'FULFILLMENT_ORDERS_CANCELLATION_REQUEST_SUBMITTED'
  | 'FULFILLMENT_ORDERS_CANCELLED'
  | 'FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_ACCEPTED'
  | 'FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_REJECTED'
  | 'FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_SUBMITTED'
  | 'FULFILLMENT_ORDERS_FULFILLMENT_SERVICE_FAILED_TO_COMPLETE'
  | 'FULFILLMENT_ORDERS_HOLD_RELEASED'
  | 'FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_LOCAL_DELIVERY'
  | 'FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP'
  | 'FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED'
  | 'FULFILLMENT_ORDERS_MERGED'
  | 'FULFILLMENT_ORDERS_MOVED'
  | 'FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE'
  | 'FULFILLMENT_ORDERS_PLACED_ON_HOLD'
  | 'FULFILLMENT_ORDERS_PROGRESS_REPORTED'
  | 'FULFILLMENT_ORDERS_RESCHEDULED'
  | 'FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY'
  | 'FULFILLMENT_ORDERS_SPLIT'
  | 'INVENTORY_ITEMS_CREATE'
  | 'INVENTORY_ITEMS_DELETE'
  | 'INVENTORY_ITEMS_UPDATE'
  | 'INVENTORY_LEVELS_CONNECT'
  | 'INVENTORY_LEVELS_DISCONNECT'
  | 'INVENTORY_LEVELS_UPDATE'
  | 'INVENTORY_SHIPMENTS_ADD_ITEMS'
  | 'INVENTORY_SHIPMENTS_CREATE'
  | 'INVENTORY_SHIPMENTS_DELETE'
  | 'INVENTORY_SHIPMENTS_MARK_IN_TRANSIT'
  | 'INVENTORY_SHIPMENTS_RECEIVE_ITEMS'
  | 'INVENTORY_SHIPMENTS_REMOVE_ITEMS'
  | 'INVENTORY_SHIPMENTS_UPDATE_ITEM_QUANTITIES'
  | 'INVENTORY_SHIPMENTS_UPDATE_TRACKING'
  | 'INVENTORY_TRANSFERS_ADD_ITEMS'
  | 'INVENTORY_TRANSFERS_CANCEL'
  | 'INVENTORY_TRANSFERS_COMPLETE'
  | 'INVENTORY_TRANSFERS_READY_TO_SHIP'
  | 'INVENTORY_TRANSFERS_REMOVE_ITEMS'
  | 'INVENTORY_TRANSFERS_UPDATED'
  | 'INVENTORY_TRANSFERS_UPDATE_ITEM_QUANTITIES'
  | 'LOCALES_CREATE'
  | 'LOCALES_DESTROY'
  | 'LOCALES_UPDATE'
  | 'LOCATIONS_ACTIVATE'
  | 'LOCATIONS_CREATE'
  | 'LOCATIONS_DEACTIVATE'
  | 'LOCATIONS_DELETE'
  | 'LOCATIONS_UPDATE'
  | 'MARKETS_BACKUP_REGION_UPDATE'
  | 'MARKETS_CREATE'
  | 'MARKETS_DELETE'
  | 'MARKETS_UPDATE'
  | 'METAFIELD_DEFINITIONS_CREATE'
  | 'METAFIELD_DEFINITIONS_DELETE'
  | 'METAFIELD_DEFINITIONS_UPDATE'
  | 'METAOBJECTS_CREATE'
  | 'METAOBJECTS_DELETE'
  | 'METAOBJECTS_UPDATE'
  | 'ORDERS_CANCELLED'
  | 'ORDERS_CREATE'
  | 'ORDERS_DELETE'
  | 'ORDERS_EDITED'
  | 'ORDERS_FULFILLED'
  | 'ORDERS_LINK_REQUESTED'
  | 'ORDERS_PAID'
  | 'ORDERS_PARTIALLY_FULFILLED'
  | 'ORDERS_RISK_ASSESSMENT_CHANGED'
  | 'ORDERS_SHOPIFY_PROTECT_ELIGIBILITY_CHANGED'
  | 'ORDERS_UPDATED'
  | 'ORDER_TRANSACTIONS_CREATE'
  | 'PAYMENT_SCHEDULES_DUE'
  | 'PAYMENT_TERMS_CREATE'
  | 'PAYMENT_TERMS_DELETE'
  | 'PAYMENT_TERMS_UPDATE'
  | 'PRODUCTS_CREATE'
  | 'PRODUCTS_DELETE'
  | 'PRODUCTS_UPDATE'
  | 'PRODUCT_FEEDS_CREATE'
  | 'PRODUCT_FEEDS_FULL_SYNC'
  | 'PRODUCT_FEEDS_FULL_SYNC_FINISH'
  | 'PRODUCT_FEEDS_INCREMENTAL_SYNC'
  | 'PRODUCT_FEEDS_UPDATE'
  | 'PRODUCT_LISTINGS_ADD'
  | 'PRODUCT_LISTINGS_REMOVE'
  | 'PRODUCT_LISTINGS_UPDATE'
  | 'PRODUCT_PUBLICATIONS_CREATE'
  | 'PRODUCT_PUBLICATIONS_DELETE'
  | 'PRODUCT_PUBLICATIONS_UPDATE'
  | 'PROFILES_CREATE'
  | 'PROFILES_DELETE'
  | 'PROFILES_UPDATE'
  | 'REFUNDS_CREATE'
  | 'RETURNS_APPROVE'
  | 'RETURNS_CANCEL'
  | 'RETURNS_CLOSE'
  | 'RETURNS_DECLINE'
  | 'RETURNS_PROCESS'
  | 'RETURNS_REOPEN'
  | 'RETURNS_REQUEST'
  | 'RETURNS_UPDATE'
  | 'REVERSE_DELIVERIES_ATTACH_DELIVERABLE'
  | 'REVERSE_FULFILLMENT_ORDERS_DISPOSE'
  | 'SCHEDULED_PRODUCT_LISTINGS_ADD'
  | 'SCHEDULED_PRODUCT_LISTINGS_REMOVE'
  | 'SCHEDULED_PRODUCT_LISTINGS_UPDATE'
  | 'SEGMENTS_CREATE'
  | 'SEGMENTS_DELETE'
  | 'SEGMENTS_UPDATE'
  | 'SELLING_PLAN_GROUPS_CREATE'
  | 'SELLING_PLAN_GROUPS_DELETE'
  | 'SELLING_PLAN_GROUPS_UPDATE'
  | 'SHIPPING_ADDRESSES_CREATE'
  | 'SHIPPING_ADDRESSES_UPDATE'
  | 'SHOP_UPDATE'
  | 'SUBSCRIPTION_BILLING_ATTEMPTS_CHALLENGED'
  | 'SUBSCRIPTION_BILLING_ATTEMPTS_FAILURE'
  | 'SUBSCRIPTION_BILLING_ATTEMPTS_SUCCESS'
  | 'SUBSCRIPTION_BILLING_CYCLES_SKIP'
  | 'SUBSCRIPTION_BILLING_CYCLES_UNSKIP'
  | 'SUBSCRIPTION_BILLING_CYCLE_EDITS_CREATE'
  | 'SUBSCRIPTION_BILLING_CYCLE_EDITS_DELETE'
  | 'SUBSCRIPTION_BILLING_CYCLE_EDITS_UPDATE'
  | 'SUBSCRIPTION_CONTRACTS_ACTIVATE'
  | 'SUBSCRIPTION_CONTRACTS_CANCEL'
  | 'SUBSCRIPTION_CONTRACTS_CREATE'
  | 'SUBSCRIPTION_CONTRACTS_EXPIRE'
  | 'SUBSCRIPTION_CONTRACTS_FAIL'
  | 'SUBSCRIPTION_CONTRACTS_PAUSE'
  | 'SUBSCRIPTION_CONTRACTS_UPDATE'
  | 'TAX_SERVICES_CREATE'
  | 'TAX_SERVICES_UPDATE'
  | 'TENDER_TRANSACTIONS_CREATE'
  | 'THEMES_CREATE'
  | 'THEMES_DELETE'
  | 'THEMES_PUBLISH'
  | 'THEMES_UPDATE'
  | 'VARIANTS_IN_STOCK'
  | 'VARIANTS_OUT_OF_STOCK';

export type ReadOrdersQueryVariables = Exact<{
  ids: Array<string> | string;
  lines: number;
  refundLines: number;
  fulfilmentLines: number;
  few: number;
  some: number;
  many: number;
}>;


export type ReadOrdersQuery = { nodes: Array<
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string, name: string, createdAt: string, processedAt: string, updatedAt: string, cancelledAt: string | null, cancelReason: OrderCancelReason | null, test: boolean, currencyCode: CurrencyCode, presentmentCurrencyCode: CurrencyCode, taxesIncluded: boolean, taxExempt: boolean, dutiesIncluded: boolean, email: string | null, phone: string | null, sourceName: string | null, poNumber: string | null, displayFinancialStatus: OrderDisplayFinancialStatus | null, returnStatus: OrderReturnStatus, paymentGatewayNames: Array<string>, purchasingEntity:
        | { company: { id: string }, location: { id: string } }
        | Record<PropertyKey, never>
       | null, paymentTerms: { paymentTermsName: string, paymentTermsType: PaymentTermsType, paymentSchedules: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ dueAt: string | null, completedAt: string | null }> } } | null, customer: { id: string, firstName: string | null, lastName: string | null, defaultEmailAddress: { emailAddress: string } | null, defaultPhoneNumber: { phoneNumber: string } | null } | null, shippingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, billingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, lineItems: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sku: string | null, name: string, quantity: number, currentQuantity: number, requiresShipping: boolean, isGiftCard: boolean, taxable: boolean, product: { id: string } | null, lineItemGroup: { id: string } | null, sellingPlan: { name: string } | null, originalUnitPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, originalTotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
              | { title: string, index: number }
              | { code: string, index: number }
              | { title: string, index: number }
              | { title: string, index: number }
             }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, duties: Array<{ harmonizedSystemCode: string | null, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }> }, shippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string | null, title: string, code: string | null, isRemoved: boolean, originalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
              | { title: string, index: number }
              | { code: string, index: number }
              | { title: string, index: number }
              | { title: string, index: number }
             }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }, totalTipReceivedSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, additionalFees: Array<{ name: string, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }>, totalCashRoundingAdjustment: { paymentSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }, totalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } | null, currentTotalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, gateway: string | null, createdAt: string, processedAt: string | null, authorizationExpiresAt: string | null, multiCapturable: boolean, parentTransaction: { id: string } | null, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, refunds: Array<{ id: string, createdAt: string | null, processedAt: string, return: { id: string } | null, refundLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number, restockType: RefundLineItemRestockType, lineItem: { id: string }, subtotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, refundShippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ subtotalAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, duties: Array<{ amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> | null, transactions: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ kind: OrderTransactionKind, status: OrderTransactionStatus, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> } }>, fulfillments: Array<{ id: string, status: FulfillmentStatus, createdAt: string, trackingInfo: Array<{ company: string | null, number: string | null, url: string | null }>, fulfillmentLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number | null, lineItem: { id: string } }> } }>, fulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, status: FulfillmentOrderStatus, requestStatus: FulfillmentOrderRequestStatus, fulfillAt: string | null, fulfillmentHolds: Array<{ reason: FulfillmentHoldReason, reasonNotes: string | null, handle: string | null, heldByRequestingApp: boolean }>, deliveryMethod: { methodType: DeliveryMethodType } | null, assignedLocation: { name: string, location: { id: string } | null } }> } }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null> };

export type OrderPartsFragment = { id: string, name: string, createdAt: string, processedAt: string, updatedAt: string, cancelledAt: string | null, cancelReason: OrderCancelReason | null, test: boolean, currencyCode: CurrencyCode, presentmentCurrencyCode: CurrencyCode, taxesIncluded: boolean, taxExempt: boolean, dutiesIncluded: boolean, email: string | null, phone: string | null, sourceName: string | null, poNumber: string | null, displayFinancialStatus: OrderDisplayFinancialStatus | null, returnStatus: OrderReturnStatus, paymentGatewayNames: Array<string>, purchasingEntity:
    | { company: { id: string }, location: { id: string } }
    | Record<PropertyKey, never>
   | null, paymentTerms: { paymentTermsName: string, paymentTermsType: PaymentTermsType, paymentSchedules: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ dueAt: string | null, completedAt: string | null }> } } | null, customer: { id: string, firstName: string | null, lastName: string | null, defaultEmailAddress: { emailAddress: string } | null, defaultPhoneNumber: { phoneNumber: string } | null } | null, shippingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, billingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, lineItems: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sku: string | null, name: string, quantity: number, currentQuantity: number, requiresShipping: boolean, isGiftCard: boolean, taxable: boolean, product: { id: string } | null, lineItemGroup: { id: string } | null, sellingPlan: { name: string } | null, originalUnitPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, originalTotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
          | { title: string, index: number }
          | { code: string, index: number }
          | { title: string, index: number }
          | { title: string, index: number }
         }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, duties: Array<{ harmonizedSystemCode: string | null, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }> }, shippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string | null, title: string, code: string | null, isRemoved: boolean, originalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
          | { title: string, index: number }
          | { code: string, index: number }
          | { title: string, index: number }
          | { title: string, index: number }
         }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }, totalTipReceivedSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, additionalFees: Array<{ name: string, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }>, totalCashRoundingAdjustment: { paymentSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }, totalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } | null, currentTotalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, gateway: string | null, createdAt: string, processedAt: string | null, authorizationExpiresAt: string | null, multiCapturable: boolean, parentTransaction: { id: string } | null, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, refunds: Array<{ id: string, createdAt: string | null, processedAt: string, return: { id: string } | null, refundLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number, restockType: RefundLineItemRestockType, lineItem: { id: string }, subtotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, refundShippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ subtotalAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, duties: Array<{ amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> | null, transactions: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ kind: OrderTransactionKind, status: OrderTransactionStatus, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> } }>, fulfillments: Array<{ id: string, status: FulfillmentStatus, createdAt: string, trackingInfo: Array<{ company: string | null, number: string | null, url: string | null }>, fulfillmentLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number | null, lineItem: { id: string } }> } }>, fulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, status: FulfillmentOrderStatus, requestStatus: FulfillmentOrderRequestStatus, fulfillAt: string | null, fulfillmentHolds: Array<{ reason: FulfillmentHoldReason, reasonNotes: string | null, handle: string | null, heldByRequestingApp: boolean }>, deliveryMethod: { methodType: DeliveryMethodType } | null, assignedLocation: { name: string, location: { id: string } | null } }> } };

export type LineFragment = { id: string, sku: string | null, name: string, quantity: number, currentQuantity: number, requiresShipping: boolean, isGiftCard: boolean, taxable: boolean, product: { id: string } | null, lineItemGroup: { id: string } | null, sellingPlan: { name: string } | null, originalUnitPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, originalTotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
      | { title: string, index: number }
      | { code: string, index: number }
      | { title: string, index: number }
      | { title: string, index: number }
     }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, duties: Array<{ harmonizedSystemCode: string | null, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> };

export type RefundPartsFragment = { id: string, createdAt: string | null, processedAt: string, return: { id: string } | null, refundLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number, restockType: RefundLineItemRestockType, lineItem: { id: string }, subtotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, refundShippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ subtotalAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, duties: Array<{ amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> | null, transactions: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ kind: OrderTransactionKind, status: OrderTransactionStatus, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> } };

export type AddressFragment = { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null };

export type DiscountFragment = { allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
    | { title: string, index: number }
    | { code: string, index: number }
    | { title: string, index: number }
    | { title: string, index: number }
   };

export type TaxFragment = { title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } };

export type MoneyFragment = { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } };

export type ReadLinesQueryVariables = Exact<{
  id: string;
  first: number;
  after: string;
}>;


export type ReadLinesQuery = { order: { updatedAt: string, lineItems: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sku: string | null, name: string, quantity: number, currentQuantity: number, requiresShipping: boolean, isGiftCard: boolean, taxable: boolean, product: { id: string } | null, lineItemGroup: { id: string } | null, sellingPlan: { name: string } | null, originalUnitPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, originalTotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
            | { title: string, index: number }
            | { code: string, index: number }
            | { title: string, index: number }
            | { title: string, index: number }
           }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, duties: Array<{ harmonizedSystemCode: string | null, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }> } } | null };

export type ListOrdersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  query: string;
  lines: number;
  refundLines: number;
  fulfilmentLines: number;
  few: number;
  some: number;
  many: number;
}>;


export type ListOrdersQuery = { orders: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, createdAt: string, processedAt: string, updatedAt: string, cancelledAt: string | null, cancelReason: OrderCancelReason | null, test: boolean, currencyCode: CurrencyCode, presentmentCurrencyCode: CurrencyCode, taxesIncluded: boolean, taxExempt: boolean, dutiesIncluded: boolean, email: string | null, phone: string | null, sourceName: string | null, poNumber: string | null, displayFinancialStatus: OrderDisplayFinancialStatus | null, returnStatus: OrderReturnStatus, paymentGatewayNames: Array<string>, purchasingEntity:
        | { company: { id: string }, location: { id: string } }
        | Record<PropertyKey, never>
       | null, paymentTerms: { paymentTermsName: string, paymentTermsType: PaymentTermsType, paymentSchedules: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ dueAt: string | null, completedAt: string | null }> } } | null, customer: { id: string, firstName: string | null, lastName: string | null, defaultEmailAddress: { emailAddress: string } | null, defaultPhoneNumber: { phoneNumber: string } | null } | null, shippingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, billingAddress: { firstName: string | null, lastName: string | null, name: string | null, company: string | null, phone: string | null, address1: string | null, address2: string | null, city: string | null, zip: string | null, provinceCode: string | null, countryCodeV2: CountryCode | null } | null, lineItems: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sku: string | null, name: string, quantity: number, currentQuantity: number, requiresShipping: boolean, isGiftCard: boolean, taxable: boolean, product: { id: string } | null, lineItemGroup: { id: string } | null, sellingPlan: { name: string } | null, originalUnitPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, originalTotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
              | { title: string, index: number }
              | { code: string, index: number }
              | { title: string, index: number }
              | { title: string, index: number }
             }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, duties: Array<{ harmonizedSystemCode: string | null, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }> }, shippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string | null, title: string, code: string | null, isRemoved: boolean, originalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountAllocations: Array<{ allocatedAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, discountApplication:
              | { title: string, index: number }
              | { code: string, index: number }
              | { title: string, index: number }
              | { title: string, index: number }
             }>, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> }, totalTipReceivedSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, additionalFees: Array<{ name: string, price: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxLines: Array<{ title: string, rate: number | null, channelLiable: boolean | null, priceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }>, totalCashRoundingAdjustment: { paymentSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }, totalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } | null, currentTotalPriceSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, gateway: string | null, createdAt: string, processedAt: string | null, authorizationExpiresAt: string | null, multiCapturable: boolean, parentTransaction: { id: string } | null, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, refunds: Array<{ id: string, createdAt: string | null, processedAt: string, return: { id: string } | null, refundLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number, restockType: RefundLineItemRestockType, lineItem: { id: string }, subtotalSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, totalTaxSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, refundShippingLines: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ subtotalAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } }, taxAmountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }, duties: Array<{ amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> | null, transactions: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ kind: OrderTransactionKind, status: OrderTransactionStatus, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> } }>, fulfillments: Array<{ id: string, status: FulfillmentStatus, createdAt: string, trackingInfo: Array<{ company: string | null, number: string | null, url: string | null }>, fulfillmentLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number | null, lineItem: { id: string } }> } }>, fulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, status: FulfillmentOrderStatus, requestStatus: FulfillmentOrderRequestStatus, fulfillAt: string | null, fulfillmentHolds: Array<{ reason: FulfillmentHoldReason, reasonNotes: string | null, handle: string | null, heldByRequestingApp: boolean }>, deliveryMethod: { methodType: DeliveryMethodType } | null, assignedLocation: { name: string, location: { id: string } | null } }> } }> } };

export type ListChangedQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  query: string;
}>;


export type ListChangedQuery = { orders: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, updatedAt: string }> } };

export type FindOrdersQueryVariables = Exact<{
  query: string;
}>;


export type FindOrdersQuery = { orders: { nodes: Array<{ id: string, name: string }> } };

export type RunBulkMutationVariables = Exact<{
  query: string;
}>;


export type RunBulkMutation = { bulkOperationRunQuery: { bulkOperation: { id: string, status: BulkOperationStatus } | null, userErrors: Array<{ code: BulkOperationUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ReadBulkQueryVariables = Exact<{
  id: string;
}>;


export type ReadBulkQuery = { bulkOperation: { id: string, status: BulkOperationStatus, errorCode: BulkOperationErrorCode | null, rootObjectCount: string, url: string | null } | null };

export type ReadFulfilmentQueryVariables = Exact<{
  id: string;
  parts: number;
  lines: number;
}>;


export type ReadFulfilmentQuery = { order: { id: string, cancelledAt: string | null, fulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, status: FulfillmentOrderStatus, fulfillmentHolds: Array<{ id: string, handle: string | null, heldByRequestingApp: boolean }>, assignedLocation: { name: string, location: { id: string } | null }, deliveryMethod: { methodType: DeliveryMethodType } | null, lineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, remainingQuantity: number, lineItem: { id: string } }> } }> }, fulfillments: Array<{ id: string, status: FulfillmentStatus, trackingInfo: Array<{ company: string | null, number: string | null, url: string | null }>, fulfillmentLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number | null, lineItem: { id: string } }> } }> } | null };

export type CreateFulfilmentMutationVariables = Exact<{
  fulfillment: FulfillmentInput;
  message?: string | null | undefined;
}>;


export type CreateFulfilmentMutation = { fulfillmentCreate: { fulfillment: { id: string, status: FulfillmentStatus } | null, userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type ReadFulfilmentOrdersQueryVariables = Exact<{
  id: string;
  parts: number;
  lines: number;
}>;


export type ReadFulfilmentOrdersQuery = { order: { id: string, cancelledAt: string | null, fulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, status: FulfillmentOrderStatus, requestStatus: FulfillmentOrderRequestStatus, fulfillmentHolds: Array<{ id: string, handle: string | null, heldByRequestingApp: boolean }>, assignedLocation: { name: string, location: { id: string } | null }, lineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, remainingQuantity: number, lineItem: { id: string } }> } }> } } | null };

export type FindOrdersOfQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FindOrdersOfQuery = { nodes: Array<
    | { id: string, orderId: string }
    | { id: string, order: { id: string } | null }
    | Record<PropertyKey, never>
   | null> };

export type ListLocationsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ListLocationsQuery = { locations: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string }> } };

export type ListLevelsQueryVariables = Exact<{
  location: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ListLevelsQuery = { location: { inventoryLevels: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ item: { id: string, sku: string | null, tracked: boolean }, quantities: Array<{ name: string, quantity: number }> }> } } | null };

export type FindItemsQueryVariables = Exact<{
  query: string;
  first: number;
}>;


export type FindItemsQuery = { inventoryItems: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sku: string | null, tracked: boolean, variants: { nodes: Array<{ requiresComponents: boolean }> } | null }> } };

export type ReadLevelsQueryVariables = Exact<{
  ids: Array<string> | string;
  location: string;
}>;


export type ReadLevelsQuery = { nodes: Array<
    | { id: string, tracked: boolean, inventoryLevel: { quantities: Array<{ name: string, quantity: number }> } | null }
    | Record<PropertyKey, never>
   | null> };

export type SetQuantitiesMutationVariables = Exact<{
  figures: InventorySetQuantitiesInput;
  key: string;
}>;


export type SetQuantitiesMutation = { inventorySetQuantities: { userErrors: Array<{ code: InventorySetQuantitiesUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type AdjustQuantitiesMutationVariables = Exact<{
  changes: InventoryAdjustQuantitiesInput;
  key: string;
}>;


export type AdjustQuantitiesMutation = { inventoryAdjustQuantities: { userErrors: Array<{ code: InventoryAdjustQuantitiesUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ListAccountsQueryVariables = Exact<{ [key: string]: never; }>;


export type ListAccountsQuery = { businessEntities: Array<{ id: string, primary: boolean, shopifyPaymentsAccount: { id: string } | null }> };

export type ListBalanceQueryVariables = Exact<{
  entity: string;
  first: number;
  after?: string | null | undefined;
  query: string;
}>;


export type ListBalanceQuery = { businessEntity: { shopifyPaymentsAccount: { balanceTransactions: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, type: ShopifyPaymentsTransactionType, sourceType: ShopifyPaymentsSourceType | null, sourceId: string | null, sourceOrderTransactionId: string | null, test: boolean, transactionDate: string, adjustmentReason: string | null, amount: { amount: string, currencyCode: CurrencyCode }, fee: { amount: string, currencyCode: CurrencyCode }, net: { amount: string, currencyCode: CurrencyCode }, associatedOrder: { id: string } | null, associatedPayout: { id: string | null } }> } } | null } | null };

export type ListPayoutsQueryVariables = Exact<{
  entity: string;
  first: number;
  after?: string | null | undefined;
  query: string;
}>;


export type ListPayoutsQuery = { businessEntity: { shopifyPaymentsAccount: { payouts: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, legacyResourceId: string, issuedAt: string, status: ShopifyPaymentsPayoutStatus, transactionType: ShopifyPaymentsPayoutTransactionType, externalTraceId: string | null, net: { amount: string, currencyCode: CurrencyCode } }> } } | null } | null };

export type ListDisputesQueryVariables = Exact<{
  entity: string;
  first: number;
  after?: string | null | undefined;
  query: string;
}>;


export type ListDisputesQuery = { businessEntity: { shopifyPaymentsAccount: { disputes: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, type: DisputeType, status: DisputeStatus, initiatedAt: string, evidenceDueBy: string | null, evidenceSentOn: string | null, finalizedOn: string | null, amount: { amount: string, currencyCode: CurrencyCode }, reasonDetails: { reason: ShopifyPaymentsDisputeReason }, order: { id: string } | null }> } } | null } | null };

export type AcceptCancellationMutationVariables = Exact<{
  id: string;
  message?: string | null | undefined;
}>;


export type AcceptCancellationMutation = { fulfillmentOrderAcceptCancellationRequest: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type AcceptRequestMutationVariables = Exact<{
  id: string;
  message?: string | null | undefined;
}>;


export type AcceptRequestMutation = { fulfillmentOrderAcceptFulfillmentRequest: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type MoveFulfilmentOrderMutationVariables = Exact<{
  id: string;
  location: string;
  items?: Array<FulfillmentOrderLineItemInput> | FulfillmentOrderLineItemInput | null | undefined;
}>;


export type MoveFulfilmentOrderMutation = { fulfillmentOrderMove: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type HoldFulfilmentOrderMutationVariables = Exact<{
  id: string;
  hold: FulfillmentOrderHoldInput;
}>;


export type HoldFulfilmentOrderMutation = { fulfillmentOrderHold: { userErrors: Array<{ code: FulfillmentOrderHoldUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type RejectCancellationMutationVariables = Exact<{
  id: string;
  message?: string | null | undefined;
}>;


export type RejectCancellationMutation = { fulfillmentOrderRejectCancellationRequest: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type RejectRequestMutationVariables = Exact<{
  id: string;
  message?: string | null | undefined;
  reason?: FulfillmentOrderRejectionReason | null | undefined;
}>;


export type RejectRequestMutation = { fulfillmentOrderRejectFulfillmentRequest: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type ReleaseHoldMutationVariables = Exact<{
  id: string;
  holds: Array<string> | string;
}>;


export type ReleaseHoldMutation = { fulfillmentOrderReleaseHold: { userErrors: Array<{ code: FulfillmentOrderReleaseHoldUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type CancelOrderMutationVariables = Exact<{
  id: string;
  reason: OrderCancelReason;
  refundMethod: OrderCancelRefundMethodInput;
  restock: boolean;
  notify: boolean;
  note?: string | null | undefined;
}>;


export type CancelOrderMutation = { orderCancel: { job: { id: string, done: boolean } | null, orderCancelUserErrors: Array<{ code: OrderCancelUserErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ReadCancellationQueryVariables = Exact<{
  id: string;
}>;


export type ReadCancellationQuery = { order: { id: string, cancelledAt: string | null } | null };

export type ReadCapturesQueryVariables = Exact<{
  id: string;
  first: number;
}>;


export type ReadCapturesQuery = { order: { id: string, cancelledAt: string | null, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, authorizationExpiresAt: string | null, multiCapturable: boolean, parentTransaction: { id: string } | null, amountSet: { presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> } | null };

export type CapturePaymentMutationVariables = Exact<{
  capture: OrderCaptureInput;
}>;


export type CapturePaymentMutation = { orderCapture: { transaction: { id: string, status: OrderTransactionStatus } | null, userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type ReadReferencesQueryVariables = Exact<{
  id: string;
  namespace: string;
}>;


export type ReadReferencesQuery = { order: { id: string, tags: Array<string>, metafields: { nodes: Array<{ key: string, value: string }> } } | null };

export type WriteReferencesMutationVariables = Exact<{
  id: string;
  metafields: Array<MetafieldsSetInput> | MetafieldsSetInput;
  add: Array<string> | string;
  remove: Array<string> | string;
  sets: boolean;
  adds: boolean;
  removes: boolean;
}>;


export type WriteReferencesMutation = { metafieldsSet?: { userErrors: Array<{ code: MetafieldsSetUserErrorCode | null, field: Array<string> | null, message: string }> } | null, tagsRemove?: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null, tagsAdd?: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type ListMoneyQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  query: string;
  many: number;
}>;


export type ListMoneyQuery = { orders: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, name: string, createdAt: string, processedAt: string, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, createdAt: string, processedAt: string | null, amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }> }> } };

export type ReadReturnQueryVariables = Exact<{
  id: string;
  lines: number;
  few: number;
}>;


export type ReadReturnQuery = { return: { id: string, name: string, status: ReturnStatus, createdAt: string, requestApprovedAt: string | null, closedAt: string | null, decline: { reason: ReturnDeclineReason } | null, order: { id: string, currencyCode: CurrencyCode, presentmentCurrencyCode: CurrencyCode }, returnShippingFees: Array<{ amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, returnLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<
        | { id: string, quantity: number, processedQuantity: number, fulfillmentLineItem: { id: string, lineItem: { id: string } }, restockingFee: { amountSet: { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } } } | null, returnReasonDefinition: { handle: string } | null }
        | { id: string, quantity: number, processedQuantity: number, returnReasonDefinition: { handle: string } | null }
      > }, exchangeLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, quantity: number, processedQuantity: number, lineItems: Array<{ id: string }> | null }> }, refunds: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string }> }, reverseFulfillmentOrders: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, lineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, fulfillmentLineItem: { id: string } | null, dispositions: Array<{ id: string, type: ReverseFulfillmentOrderDispositionType, quantity: number, createdAt: string, location: { id: string, name: string } | null }> }> }, reverseDeliveries: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, deliverable: { tracking: { carrierName: string | null, number: string | null, url: string | null } | null } | null }> } }> } } | null };

export type ReturnMoneyFragment = { shopMoney: { amount: string, currencyCode: CurrencyCode }, presentmentMoney: { amount: string, currencyCode: CurrencyCode } };

export type FindReturnsQueryVariables = Exact<{
  id: string;
}>;


export type FindReturnsQuery = { order: { id: string, returns: { nodes: Array<{ id: string }> } } | null };

export type ReadReturnStateQueryVariables = Exact<{
  id: string;
}>;


export type ReadReturnStateQuery = { return: { id: string, status: ReturnStatus, order: { id: string }, returnLineItems: { nodes: Array<
        | { id: string, processedQuantity: number }
        | { id: string, processedQuantity: number }
      > }, refunds: { nodes: Array<{ id: string }> } } | null };

export type ReadReturnableQueryVariables = Exact<{
  id: string;
}>;


export type ReadReturnableQuery = { order: { id: string, returns: { nodes: Array<{ id: string, status: ReturnStatus, returnLineItems: { nodes: Array<
            | { id: string, returnReasonNote: string }
            | { id: string, returnReasonNote: string }
          > } }> } } | null, returnReasonDefinitions: { nodes: Array<{ id: string, handle: string }> }, returnableFulfillments: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, returnableFulfillmentLineItems: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ quantity: number, fulfillmentLineItem: { id: string, lineItem: { id: string } } }> } }> } };

export type CreateReturnMutationVariables = Exact<{
  return: ReturnInput;
}>;


export type CreateReturnMutation = { returnCreate: { return: { id: string } | null, userErrors: Array<{ code: ReturnErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ApproveReturnMutationVariables = Exact<{
  id: string;
}>;


export type ApproveReturnMutation = { returnApproveRequest: { return: { id: string } | null, userErrors: Array<{ code: ReturnErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type DeclineReturnMutationVariables = Exact<{
  id: string;
  note?: string | null | undefined;
}>;


export type DeclineReturnMutation = { returnDeclineRequest: { return: { id: string } | null, userErrors: Array<{ code: ReturnErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type CloseReturnMutationVariables = Exact<{
  id: string;
}>;


export type CloseReturnMutation = { returnClose: { return: { id: string } | null, userErrors: Array<{ code: ReturnErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ProcessReturnMutationVariables = Exact<{
  process: ReturnProcessInput;
}>;


export type ProcessReturnMutation = { returnProcess: { return: { id: string } | null, userErrors: Array<{ code: ReturnErrorCode | null, field: Array<string> | null, message: string }> } | null };

export type ReadRefundableQueryVariables = Exact<{
  id: string;
}>;


export type ReadRefundableQuery = { order: { id: string, transactions: Array<{ id: string, kind: OrderTransactionKind, status: OrderTransactionStatus, gateway: string | null, parentTransaction: { id: string } | null, amountSet: { presentmentMoney: { amount: string, currencyCode: CurrencyCode } } }>, refunds: Array<{ id: string, note: string | null }> } | null };

export type CreateRefundMutationVariables = Exact<{
  refund: RefundInput;
  key: string;
}>;


export type CreateRefundMutation = { refundCreate: { refund: { id: string } | null, userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type ListSubscriptionsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ListSubscriptionsQuery = { webhookSubscriptions: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, topic: WebhookSubscriptionTopic, uri: string, format: WebhookSubscriptionFormat, filter: string | null, includeFields: Array<string>, apiVersion: { handle: string } }> } };

export type CreateSubscriptionMutationVariables = Exact<{
  topic: WebhookSubscriptionTopic;
  input: WebhookSubscriptionInput;
}>;


export type CreateSubscriptionMutation = { webhookSubscriptionCreate: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type UpdateSubscriptionMutationVariables = Exact<{
  id: string;
  input: WebhookSubscriptionInput;
}>;


export type UpdateSubscriptionMutation = { webhookSubscriptionUpdate: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type DeleteSubscriptionMutationVariables = Exact<{
  id: string;
}>;


export type DeleteSubscriptionMutation = { webhookSubscriptionDelete: { userErrors: Array<{ field: Array<string> | null, message: string }> } | null };

export type CheckQueryVariables = Exact<{ [key: string]: never; }>;


export type CheckQuery = { shop: { name: string, myshopifyDomain: string }, currentAppInstallation: { accessScopes: Array<{ handle: string }> } };

/** By the name of the document. */
export interface Operations {
  ReadOrders: { variables: ReadOrdersQueryVariables; answer: ReadOrdersQuery };
  ReadLines: { variables: ReadLinesQueryVariables; answer: ReadLinesQuery };
  ListOrders: { variables: ListOrdersQueryVariables; answer: ListOrdersQuery };
  ListChanged: { variables: ListChangedQueryVariables; answer: ListChangedQuery };
  FindOrders: { variables: FindOrdersQueryVariables; answer: FindOrdersQuery };
  RunBulk: { variables: RunBulkMutationVariables; answer: RunBulkMutation };
  ReadBulk: { variables: ReadBulkQueryVariables; answer: ReadBulkQuery };
  ReadFulfilment: { variables: ReadFulfilmentQueryVariables; answer: ReadFulfilmentQuery };
  CreateFulfilment: { variables: CreateFulfilmentMutationVariables; answer: CreateFulfilmentMutation };
  ReadFulfilmentOrders: { variables: ReadFulfilmentOrdersQueryVariables; answer: ReadFulfilmentOrdersQuery };
  FindOrdersOf: { variables: FindOrdersOfQueryVariables; answer: FindOrdersOfQuery };
  ListLocations: { variables: ListLocationsQueryVariables; answer: ListLocationsQuery };
  ListLevels: { variables: ListLevelsQueryVariables; answer: ListLevelsQuery };
  FindItems: { variables: FindItemsQueryVariables; answer: FindItemsQuery };
  ReadLevels: { variables: ReadLevelsQueryVariables; answer: ReadLevelsQuery };
  SetQuantities: { variables: SetQuantitiesMutationVariables; answer: SetQuantitiesMutation };
  AdjustQuantities: { variables: AdjustQuantitiesMutationVariables; answer: AdjustQuantitiesMutation };
  ListAccounts: { variables: ListAccountsQueryVariables; answer: ListAccountsQuery };
  ListBalance: { variables: ListBalanceQueryVariables; answer: ListBalanceQuery };
  ListPayouts: { variables: ListPayoutsQueryVariables; answer: ListPayoutsQuery };
  ListDisputes: { variables: ListDisputesQueryVariables; answer: ListDisputesQuery };
  AcceptCancellation: { variables: AcceptCancellationMutationVariables; answer: AcceptCancellationMutation };
  AcceptRequest: { variables: AcceptRequestMutationVariables; answer: AcceptRequestMutation };
  MoveFulfilmentOrder: { variables: MoveFulfilmentOrderMutationVariables; answer: MoveFulfilmentOrderMutation };
  HoldFulfilmentOrder: { variables: HoldFulfilmentOrderMutationVariables; answer: HoldFulfilmentOrderMutation };
  RejectCancellation: { variables: RejectCancellationMutationVariables; answer: RejectCancellationMutation };
  RejectRequest: { variables: RejectRequestMutationVariables; answer: RejectRequestMutation };
  ReleaseHold: { variables: ReleaseHoldMutationVariables; answer: ReleaseHoldMutation };
  CancelOrder: { variables: CancelOrderMutationVariables; answer: CancelOrderMutation };
  ReadCancellation: { variables: ReadCancellationQueryVariables; answer: ReadCancellationQuery };
  ReadCaptures: { variables: ReadCapturesQueryVariables; answer: ReadCapturesQuery };
  CapturePayment: { variables: CapturePaymentMutationVariables; answer: CapturePaymentMutation };
  ReadReferences: { variables: ReadReferencesQueryVariables; answer: ReadReferencesQuery };
  WriteReferences: { variables: WriteReferencesMutationVariables; answer: WriteReferencesMutation };
  ListMoney: { variables: ListMoneyQueryVariables; answer: ListMoneyQuery };
  ReadReturn: { variables: ReadReturnQueryVariables; answer: ReadReturnQuery };
  FindReturns: { variables: FindReturnsQueryVariables; answer: FindReturnsQuery };
  ReadReturnState: { variables: ReadReturnStateQueryVariables; answer: ReadReturnStateQuery };
  ReadReturnable: { variables: ReadReturnableQueryVariables; answer: ReadReturnableQuery };
  CreateReturn: { variables: CreateReturnMutationVariables; answer: CreateReturnMutation };
  ApproveReturn: { variables: ApproveReturnMutationVariables; answer: ApproveReturnMutation };
  DeclineReturn: { variables: DeclineReturnMutationVariables; answer: DeclineReturnMutation };
  CloseReturn: { variables: CloseReturnMutationVariables; answer: CloseReturnMutation };
  ProcessReturn: { variables: ProcessReturnMutationVariables; answer: ProcessReturnMutation };
  ReadRefundable: { variables: ReadRefundableQueryVariables; answer: ReadRefundableQuery };
  CreateRefund: { variables: CreateRefundMutationVariables; answer: CreateRefundMutation };
  ListSubscriptions: { variables: ListSubscriptionsQueryVariables; answer: ListSubscriptionsQuery };
  CreateSubscription: { variables: CreateSubscriptionMutationVariables; answer: CreateSubscriptionMutation };
  UpdateSubscription: { variables: UpdateSubscriptionMutationVariables; answer: UpdateSubscriptionMutation };
  DeleteSubscription: { variables: DeleteSubscriptionMutationVariables; answer: DeleteSubscriptionMutation };
  Check: { variables: CheckQueryVariables; answer: CheckQuery };
}
