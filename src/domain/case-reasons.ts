/**
 * The catalogue of cases: every reason for which the hub asks a person, what it means, who acts, and what fixes it. The
 * reference page of the docs is made from it, and a test holds that no other reason is used.
 */

export type CaseOwner = 'operations' | 'finance' | 'integration';

export interface CaseReason {
  meaning: string;
  /** What makes it go away; `retry` and `skip` say what these two buttons do. */
  fix: string;
  retry: string;
  skip: string;
  owner: CaseOwner;
  /** Hours until somebody should have acted. */
  dueInHours: number;
}

const READ_AGAIN = 'the order is read again at its channel';
const STOPS = 'the order is put on hold in the name of who skips, and stays as it is';
const LOOK_AGAIN = 'the order waits on, and the case comes again after the same time';

/** A message about an order that cannot be understood. */
const unreadable = (meaning: string, fix: string): CaseReason => ({
  meaning,
  fix: `${fix}; the next message of the order that can be read closes the case`,
  retry: READ_AGAIN,
  skip: 'this message is of no use; the next one that cannot be read is a case again',
  owner: 'integration',
  dueInHours: 8,
});

/** A code that has no row in the mapping tables. */
const unmapped = (what: string): CaseReason => ({
  meaning: `A ${what} has no row in the mappings of a connection`,
  fix: 'crossdock map set, with the code that the message names; every order that waited for it goes on',
  retry: 'the order is validated again',
  skip: STOPS,
  owner: 'operations',
  dueInHours: 24,
});

/** A command that a system of this role has refused. */
const refused = (role: string, skip: string): CaseReason => ({
  meaning: `${role} has refused a command, or it keeps failing there while others pass`,
  fix: 'What the system says is in the message: mend it there, then retry',
  retry: 'the command is sent again, with the next revision of its key',
  skip,
  owner: 'operations',
  dueInHours: 8,
});

export const CASE_REASONS = {
  'not-an-order': unreadable('A message names an order and is none', 'Find out what the channel sends'),
  'unknown-value': unreadable(
    'An order has a value that nobody has heard of',
    'Add the value to the connector',
  ),
  'bad-money': unreadable(
    'An amount of an order cannot be read, or is below zero and must not be',
    'Correct the amount at the channel',
  ),
  'bad-quantity': unreadable('A quantity is no whole number of units', 'Correct the quantity at the channel'),
  'schema-drift': unreadable('A message has another shape than its schema', 'Update the connector'),

  'currency-not-booked': {
    meaning: 'The order is in a currency that its entity does not book',
    fix: "Add the currency to the entity's bookedCurrencies, or cancel the order at its channel",
    retry: READ_AGAIN,
    skip: STOPS,
    owner: 'finance',
    dueInHours: 24,
  },
  'unmapped-sku': unmapped('SKU'),
  'unmapped-tax-code': unmapped('tax code'),
  'unmapped-gateway': unmapped('payment gateway'),
  'unmapped-location': unmapped('location'),
  'stock-not-published': {
    meaning: 'A channel does not take the figure of a SKU at one of its locations; the others are published',
    fix: 'What the channel says is in the message: mend it there, or in the mappings; then retry',
    retry: 'the channel is asked again, and the figure is published',
    skip: 'this SKU is not published at this location until somebody retries a case of it or its mapping changes',
    owner: 'operations',
    dueInHours: 24,
  },
  'channel-stock-differs': {
    meaning:
      'A channel shows other stock of a SKU at a location than was agreed, and the figure here is in question itself: nothing was changed',
    fix: 'Count the shelf and settle what the message names; the next reconciliation closes the case when both agree',
    retry: 'the channel is corrected to what can be sold by the figure here',
    skip: 'the channel keeps its figure until the next reconciliation',
    owner: 'operations',
    dueInHours: 24,
  },
  'tax-liability-unknown': {
    meaning: 'The channel does not say whether it remits a tax or we do',
    fix: 'Settle it at the channel',
    retry: READ_AGAIN,
    skip: 'the tax is booked as ours',
    owner: 'operations',
    dueInHours: 24,
  },
  'implausible-quantity': {
    meaning: 'The order wants more units of an item than its entity expects of one order',
    fix: "Correct the quantity at the channel, or raise the entity's unitsPerItemLimit",
    retry: READ_AGAIN,
    skip: 'the quantity is meant: the order goes on',
    owner: 'operations',
    dueInHours: 8,
  },
  'incomplete-address': {
    meaning: 'A part of the delivery address is missing that a parcel needs',
    fix: 'Ask the customer and complete the address at the channel',
    retry: READ_AGAIN,
    skip: 'the order goes on with the address as it is',
    owner: 'operations',
    dueInHours: 24,
  },
  'person-forgotten': {
    meaning: 'A customer was forgotten on request before all units of the order had left',
    fix: 'Cancel the order (crossdock orders cancel)',
    retry: READ_AGAIN,
    skip: 'the order goes on without a name and an address',
    owner: 'operations',
    dueInHours: 24,
  },
  'customer-missing': {
    meaning: 'The order has no customer, and its entity does not sell to guests',
    fix: 'Name the customer at the channel, or let the entity sell to guests (needsCustomer)',
    retry: READ_AGAIN,
    skip: 'the order goes on as a guest order',
    owner: 'operations',
    dueInHours: 24,
  },
  'totals-do-not-close': {
    meaning: 'A total of the order differs from its parts by more than the rounding limit',
    fix: 'Correct the order at its channel',
    retry: READ_AGAIN,
    skip: 'the difference goes to the rounding line',
    owner: 'finance',
    dueInHours: 24,
  },

  'payment-not-captured': {
    meaning: 'An authorisation has run out and its money was never taken',
    fix: 'Capture the payment at the channel, or cancel the order there',
    retry: READ_AGAIN,
    skip: 'the money comes another way: the order goes on and may close',
    owner: 'finance',
    dueInHours: 24,
  },
  'capture-refused': {
    meaning:
      'What was authorised could not be captured: it was declined, has lapsed, or the channel has refused it',
    fix: 'Capture the payment at the channel, or ask the customer to pay again',
    retry: 'it is captured again, with the next revision of its key',
    skip: 'it is settled by hand: the hub does not ask again',
    owner: 'finance',
    dueInHours: 8,
  },
  'payment-lost': {
    meaning: 'Goods have left, and the payment was voided, has failed or never came',
    fix: 'Charge the customer again at the channel, or get the goods back',
    retry: READ_AGAIN,
    skip: 'the money is given up: the order may close',
    owner: 'finance',
    dueInHours: 24,
  },
  'payment-overdue': {
    meaning: 'The order was to be paid later, by agreement; the day is over, and no money is there',
    fix: 'Remind the customer, and mark the order as paid at the channel when the money is there',
    retry: READ_AGAIN,
    skip: 'the money is given up: the order may close',
    owner: 'finance',
    dueInHours: 24,
  },

  'out-of-stock': {
    meaning: 'No location can give what the order still needs',
    fix: 'Receive or transfer stock, remove the units or cancel the order at its channel',
    retry: 'every location is asked again, also those that have refused',
    skip: LOOK_AGAIN,
    owner: 'operations',
    dueInHours: 24,
  },

  'channel-rejected': refused(
    'The channel',
    'a fulfilment counts as told by hand; after a refused cancellation the order is put on hold',
  ),
  'assignment-refused': {
    meaning:
      'The channel does not take a location of ours for what it sends (it does not stock the item, or others work on it)',
    fix: 'Let the location stock the item at the channel, or move the goods there by hand; when they have left, the case ends by itself',
    retry: 'the channel is told again',
    skip: 'the channel keeps its own plan, and staff at its location may send the goods too',
    owner: 'operations',
    dueInHours: 72,
  },
  'answer-refused': {
    meaning: 'The channel does not take our answer to what the merchant has asked of a location of ours',
    fix: 'Answer the fulfilment request at the channel by hand; when it waits for no answer any more, the case ends by itself',
    retry: 'the channel is told again',
    skip: 'it counts as answered by hand',
    owner: 'operations',
    dueInHours: 24,
  },
  'channel-hold-refused': {
    meaning: 'The channel does not keep back, or does not let go, what it was asked to in our name',
    fix: 'Hold the order’s fulfilment at the channel by hand, or release it; when the order goes on or has left, the case ends by itself',
    retry: 'the channel is asked again',
    skip: 'it counts as done by hand',
    owner: 'operations',
    dueInHours: 24,
  },
  'erp-rejected': refused(
    'The ERP',
    'an amendment, a shipment, a refund or a cancellation counts as done by hand; without a sales order the order is put on hold',
  ),
  'references-refused': {
    meaning: "The channel does not take the ERP's number on the order; the order itself goes on",
    fix: 'What the channel says is in the message: mend it there (a scope of the app, mostly), then retry',
    retry: 'it is written again',
    skip: 'the order stays without it until the number changes',
    owner: 'integration',
    dueInHours: 168,
  },
  'announcement-refused': {
    meaning: 'A location does not take the announcement of a return; its goods come back all the same',
    fix: 'What the location says is in the message: mend it there, then retry; or have returns not announced to it (`announceReturns` of the location)',
    retry: 'it is announced again',
    skip: 'it is not announced until something of it changes',
    owner: 'integration',
    dueInHours: 72,
  },
  'fulfilment-rejected': refused(
    'A location',
    'the units are taken from another location; a release that could not be stopped goes on',
  ),
  'inventory-rejected': refused('The inventory system', 'it counts as done by hand'),
  'payments-rejected': refused('The payment provider', 'it counts as done by hand'),
  'finance-rejected': refused('The finance system', 'it counts as done by hand'),
  'money-differs': {
    meaning:
      'On a day the sub-ledger and the finance system, the ERP, a channel or a payment provider differ; the message names what and, where it can be known, why',
    fix: 'Correct it where it is wrong; the next comparison (every night, or crossdock books reconcile) closes the case when both agree',
    retry: 'the day is compared again; the case closes when both agree',
    skip: 'the difference is accepted as it is; another one is a case again',
    owner: 'finance',
    dueInHours: 24,
  },
  'finance-differs': {
    meaning:
      'The finance system has another balance on an account than the sub-ledger, all of which it was told',
    fix: 'Somebody has booked, changed or taken away something there: correct it there; the next night’s comparison closes the case',
    retry: 'the case closes, and the next night compares again',
    skip: 'the differences are accepted as they are; others are a case again',
    owner: 'finance',
    dueInHours: 24,
  },
  'command-in-doubt': {
    meaning: 'Nobody can tell whether a command took effect, and the system cannot be asked',
    fix: 'Look in the system',
    retry: 'it did not take effect: it is sent again',
    skip: 'it did take effect: it counts as done',
    owner: 'operations',
    dueInHours: 8,
  },

  'cancelled-by-erp': {
    meaning: 'The ERP has cancelled the sales order by itself, and the channel still sells the order',
    fix: 'Cancel the order (crossdock orders cancel), or reopen the sales order in the ERP',
    retry: READ_AGAIN,
    skip: 'it was settled with the customer otherwise: the order closes',
    owner: 'operations',
    dueInHours: 8,
  },
  'edited-by-erp': {
    meaning: 'The sales order was changed in the ERP, and differs from what the channel sold',
    fix: 'Make the same edit at the channel',
    retry: "the sales order is set to the channel's content again",
    skip: "the ERP's content is accepted until the order changes again",
    owner: 'operations',
    dueInHours: 24,
  },
  'invoiced-by-erp': {
    meaning: 'The ERP has invoiced more than the order is worth, or an order that is cancelled',
    fix: 'Credit the invoice in the ERP',
    retry: READ_AGAIN,
    skip: 'it is settled in the ERP',
    owner: 'finance',
    dueInHours: 24,
  },

  'unknown-sales-order': {
    meaning: 'An ERP speaks of an order that no channel has told of, or that another ERP books',
    fix: 'Find out in the ERP who made the sales order; when its channel tells of the order, the case ends by itself',
    retry: READ_AGAIN,
    skip: 'it is settled in the ERP',
    owner: 'operations',
    dueInHours: 8,
  },
  'unknown-release': {
    meaning: 'A location speaks of a release that the order never asked for, or asked of another connection',
    fix: 'Find out at the location who created it, or why it speaks of what is not its own',
    retry: READ_AGAIN,
    skip: 'it was settled there',
    owner: 'operations',
    dueInHours: 8,
  },
  'wrong-item-shipped': {
    meaning: 'A location has shipped an item with another code than the release asked for',
    fix: 'Ask the location what has left; have the right item sent, and count both',
    retry: READ_AGAIN,
    skip: 'the parcel counts as what was asked for: channel and ERP are told of it',
    owner: 'operations',
    dueInHours: 8,
  },
  'shipped-more-than-ordered': {
    meaning: 'A location has shipped units that nobody had asked of it, and they are too many',
    fix: 'Count its stock; ask the customer to keep or return what is too much',
    retry: READ_AGAIN,
    skip: 'it is settled: channel and ERP are told of the units that were ordered',
    owner: 'operations',
    dueInHours: 24,
  },
  'edited-after-shipment': {
    meaning: 'Units were taken off the order that had left already',
    fix: 'Ask for their return, or put them on the order again at its channel',
    retry: READ_AGAIN,
    skip: 'it is settled: channel and ERP are told of the units that are still ordered',
    owner: 'operations',
    dueInHours: 24,
  },
  'order-deleted': {
    meaning: 'The order was deleted at its channel when a part of it had left',
    fix: 'Ask who has deleted it, and why',
    retry: 'what has not left is cancelled',
    skip: 'it was meant: what has not left is sent all the same',
    owner: 'operations',
    dueInHours: 8,
  },
  'cancelled-after-shipment': {
    meaning: 'The order was cancelled after units had left',
    fix: 'Stop the parcel or ask for its return',
    retry: READ_AGAIN,
    skip: 'it is settled: the order closes as cancelled',
    owner: 'operations',
    dueInHours: 24,
  },
  'fulfilled-elsewhere': {
    meaning: 'The channel shows units as fulfilled that no location of ours has shipped',
    fix: 'Cancel that fulfilment at the channel if nothing has left; else correct the stock of where it left',
    retry: READ_AGAIN,
    skip: 'they have left: they are not shipped again',
    owner: 'operations',
    dueInHours: 8,
  },
  'shipment-overdue': {
    meaning: 'A location has had a release for very long and has neither shipped nor refused it',
    fix: 'Ask the location; cancel the release there when it is lost, and other stock is used',
    retry: READ_AGAIN,
    skip: LOOK_AGAIN,
    owner: 'operations',
    dueInHours: 24,
  },

  'held-too-long': {
    meaning: 'The order has been on hold for very long',
    fix: 'Resume it where it is held, or cancel it',
    retry: READ_AGAIN,
    skip: LOOK_AGAIN,
    owner: 'operations',
    dueInHours: 24,
  },
  'too-late-to-cancel': {
    meaning: 'Somebody wanted to cancel the order, and units have left already',
    fix: 'Refund at the channel what did not ship, and ask for the return of the rest',
    retry: READ_AGAIN,
    skip: 'the order is not cancelled',
    owner: 'operations',
    dueInHours: 24,
  },
  'cancellation-not-seen': {
    meaning: 'The channel has accepted a cancellation, and still shows the order as it was',
    fix: 'Look at the order at its channel, and cancel it there',
    retry: READ_AGAIN,
    skip: LOOK_AGAIN,
    owner: 'operations',
    dueInHours: 24,
  },

  'refund-exceeds-payment': {
    meaning: 'More was refunded than was paid',
    fix: 'Ask whoever refunded',
    retry: READ_AGAIN,
    skip: 'it was meant: it is booked as an adjustment',
    owner: 'finance',
    dueInHours: 24,
  },
  'refund-failed': {
    meaning: 'A refund was granted, and its money could not be paid out',
    fix: 'Pay it out again at the channel',
    retry: READ_AGAIN,
    skip: 'the credit is booked without the money',
    owner: 'finance',
    dueInHours: 24,
  },
  'refund-pending-too-long': {
    meaning: 'The money of a refund has been on its way for very long',
    fix: 'Ask the payment provider',
    retry: READ_AGAIN,
    skip: LOOK_AGAIN,
    owner: 'finance',
    dueInHours: 24,
  },
  'refund-changed': {
    meaning: 'A refund has changed at the channel after it was booked in the ERP',
    fix: 'Correct its booking in the ERP',
    retry: READ_AGAIN,
    skip: 'it is corrected there',
    owner: 'finance',
    dueInHours: 24,
  },

  'return-unreadable': {
    meaning: 'A return cannot be read at its channel, or cannot be understood',
    fix: 'What was said is in the message: give the app the right to read returns, or update the connector; then retry',
    retry: 'the return is read again',
    skip: 'the return stays as it was known; news of it is read again',
    owner: 'integration',
    dueInHours: 24,
  },
  'refund-approval': {
    meaning: 'A refund that we would make waits for the consent of a person, by the limits of its entity',
    fix: 'crossdock returns approve, or decline, by somebody else than who wanted it',
    retry: 'the limits are looked at again, as after a change of the configuration',
    skip: 'the refund is declined in the name of who skips',
    owner: 'finance',
    dueInHours: 24,
  },
  'refund-refused': {
    meaning:
      'A refund that was wanted cannot be made: it is more than is left of what was paid, or its units are not there to be refunded',
    fix: 'Look at the order’s payments and refunds; want it again with another amount, or skip the case',
    retry: 'it is looked at again',
    skip: 'it is given up',
    owner: 'finance',
    dueInHours: 24,
  },
  'stock-differs': {
    meaning:
      'A level of an inventory system differs from the ledger, and neither parcels, orders nor messages on their way explain it',
    fix: 'Count the shelf. Where the system is wrong, correct it there, then retry',
    retry: 'the level is asked for again and compared; the case closes when both agree',
    skip: 'the owner of the stock is right: the system’s figure is taken over, or, where Crossdock owns it, the difference is accepted',
    owner: 'operations',
    dueInHours: 24,
  },

  'receipt-late': {
    meaning: 'Goods that were announced for a day have not come, some days after it',
    fix: 'Enter the new day at the inventory system, or book what has come; the case closes by itself',
    retry: 'nothing: the next word of the system closes it',
    skip: 'they will not come: who was promised them is told',
    owner: 'operations',
    dueInHours: 24,
  },

  'file-missing': {
    meaning: 'Files of an inventory system have not come, by its own numbers, and later ones have',
    fix: 'Have the system send them, or a snapshot of the location',
    retry: 'a snapshot is asked for again',
    skip: 'they will not come: nobody waits for them, and the next snapshot is compared as any other',
    owner: 'operations',
    dueInHours: 8,
  },
  'file-rejected': {
    meaning:
      'A file of an inventory system cannot be taken: it is not whole, its totals are wrong, or it breaks its contract',
    fix: 'Have the system send it again, corrected, with the same number',
    retry: 'it is done: the case is closed',
    skip: 'what it would have told is not needed: the case is closed',
    owner: 'integration',
    dueInHours: 8,
  },
  'file-rows-rejected': {
    meaning: 'Rows of a file of an inventory system are refused; its other rows are counted',
    fix: 'Have the system send what they mean in its next file',
    retry: 'it is done: the case is closed',
    skip: 'they are not needed: the case is closed',
    owner: 'integration',
    dueInHours: 24,
  },
  'file-conflict': {
    meaning:
      'An inventory system has sent two files with one number and different contents; the first one counts',
    fix: 'Find out at the system which is right, and have it send what is new with the next number',
    retry: 'it is done: the case is closed',
    skip: 'the second one is not needed: the case is closed',
    owner: 'integration',
    dueInHours: 8,
  },

  'data-requested': {
    meaning: 'A customer wants to know what is held of them; the owner of the store has 30 days to tell',
    fix: 'Give the owner of the store what `crossdock orders show ORDER --persons --json` prints of each order that the message names',
    retry: 'it is done: the case is closed',
    skip: 'nothing needs to be told: the case is closed',
    owner: 'operations',
    dueInHours: 720,
  },
  'store-uninstalled': {
    meaning:
      'The app was taken out of the store. Two days later the channel asks to erase what is held of it: the connection stops, and the persons of its orders are forgotten',
    fix: 'Settle its open orders and remove the connection (crossdock connections remove) when it is meant, or install the app again',
    retry: 'it is done: the case is closed',
    skip: 'it is known: the case is closed',
    owner: 'integration',
    dueInHours: 720,
  },

  'posting-rule-missing': {
    meaning: 'Something cannot be posted, since the books of its entity have no rule (or rate) for it',
    fix: 'Add the row that the message names to the books of the entity in the configuration; then retry',
    retry: 'it is posted, if the row is there now',
    skip: 'it is booked by hand: the case is closed',
    owner: 'finance',
    dueInHours: 48,
  },
  'unmapped-settlement-type': {
    meaning: 'A payment provider tells a movement of a type that nobody knows; it is not booked',
    fix: 'Find out what it is, and say it with crossdock map set settlement-type; all of this type go on',
    retry: 'the mappings are looked at again',
    skip: 'it is booked by hand: the case is closed',
    owner: 'finance',
    dueInHours: 24,
  },
  'settlement-unreadable': {
    meaning: 'What a payment provider tells of a movement, a payout or a dispute cannot be understood',
    fix: 'Bring the connector up to what the provider sends',
    retry: 'it is done: the case is closed; the next message that can be read does so too',
    skip: 'it is of no use: the case is closed',
    owner: 'integration',
    dueInHours: 24,
  },
  'settlement-changed': {
    meaning: 'A payment provider tells another content of a movement than before',
    fix: 'Ask the provider which one holds; book what differs by hand',
    retry: 'it is done: the case is closed',
    skip: 'what was told first holds: the case is closed',
    owner: 'finance',
    dueInHours: 48,
  },
  'settlement-unmatched': {
    meaning: 'Money at a payment provider belongs to no payment of an order that is known',
    fix: 'Import the order, or find out at the provider whose money it is',
    retry: 'the order is asked again',
    skip: 'it is known whose money it is: the case is closed',
    owner: 'finance',
    dueInHours: 48,
  },
  'settlement-differs': {
    meaning: 'A payment provider tells another amount than the transaction of the order that it comes from',
    fix: 'Compare both at the channel',
    retry: 'the order is asked again',
    skip: 'the difference is booked by hand: the case is closed',
    owner: 'finance',
    dueInHours: 48,
  },
  'payout-does-not-add-up': {
    meaning: 'The net of a payout is not the sum of what it consists of',
    fix: 'Compare it with the provider’s own list; what is missing closes the case when it comes',
    retry: 'it is added up again',
    skip: 'the difference is known: the case is closed until it is another one',
    owner: 'finance',
    dueInHours: 48,
  },
  'payout-not-at-bank': {
    meaning: 'A payout that was paid is not on the statements of the bank',
    fix: 'Import the statements (crossdock bank import), look for it at the bank, or ask the provider',
    retry: 'it is waited for once more',
    skip: 'it is known where it is: the case is closed',
    owner: 'finance',
    dueInHours: 72,
  },
  'bank-line-unmatched': {
    meaning: 'A line of a bank statement names a payment provider and is no payout that is expected',
    fix: 'Say which payouts it is with crossdock bank match, or wait until the provider tells of its payout',
    retry: 'it is matched again',
    skip: 'it is booked by hand: the case is closed',
    owner: 'finance',
    dueInHours: 72,
  },
  'bank-statement-gap': {
    meaning: 'A bank statement does not begin with the balance with which the one before ended',
    fix: 'Import the statement that lies between',
    retry: 'it is done: the case is closed',
    skip: 'the difference is known: the case is closed',
    owner: 'finance',
    dueInHours: 72,
  },
  'bank-statement-conflict': {
    meaning: 'A bank statement has come again with another content; the first one counts',
    fix: 'Find out at the bank which one holds',
    retry: 'it is done: the case is closed',
    skip: 'the first one holds: the case is closed',
    owner: 'finance',
    dueInHours: 72,
  },
  'dispute-open': {
    meaning:
      'A shopper’s bank questions a charge or has taken it back, and waits for an answer until a deadline',
    fix: 'Send the evidence at the channel, or accept the loss there; what the channel then tells closes the case',
    retry: 'it is looked at again: while it is open the case comes back',
    skip: 'nobody answers it: the case is closed',
    owner: 'finance',
    dueInHours: 168,
  },
  'refund-and-dispute': {
    meaning:
      'What was refunded of an order and what its shopper’s bank has taken back are more than was paid',
    fix: 'Tell the bank at the channel that it was refunded (evidence of the dispute), or ask the shopper',
    retry: 'it is looked at again',
    skip: 'the loss is accepted: the case is closed',
    owner: 'finance',
    dueInHours: 48,
  },

  'order-does-not-close': {
    meaning: 'An order is over, and a receivable, a deposit or a refund that is owed is left in its books',
    fix: 'Collect it or give it back at the channel; what the channel then tells is posted, and closes the case',
    retry: 'the order is read again at its channel',
    skip: 'it is dealt with in the finance system: the case is closed',
    owner: 'finance',
    dueInHours: 72,
  },

  'unaddressable-message': {
    meaning: 'A message names no order and no item, so it belongs to nothing',
    fix: 'Read the raw message, and find out who sends it',
    retry: 'it is read again, as after an update of the connector',
    skip: 'it is of no use',
    owner: 'integration',
    dueInHours: 24,
  },
  'decide-failed': {
    meaning: 'A defect of Crossdock: deciding on a stream has failed three times, and its messages wait',
    fix: 'Report it with the log lines of the stream, and update',
    retry: 'the messages are taken up again',
    skip: 'the messages are taken up again',
    owner: 'integration',
    dueInHours: 4,
  },
} as const satisfies Record<string, CaseReason>;

export type CaseReasonName = keyof typeof CASE_REASONS;
