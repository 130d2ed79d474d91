/** The text at the head of the published document: the rules that schemas cannot say. */
export const INTRODUCTION = `A retailer’s own system implements this API, in one or several **roles**; the hub is its client. Implement only the paths of your roles.

| role | what the hub asks of you | feed |
| --- | --- | --- |
| \`channel\` | read an order, record a parcel, cancel | \`orders\` |
| \`erp\` | sales orders, their revisions, shipments and refunds | \`sales-orders\` |
| \`finance\` | invoices, credit notes, payments, journals, bank transactions, balances | none |
| \`fulfilment\` | releases and their cancellation; returns that are announced | \`releases\` |
| \`inventory\` | levels by item and location | \`stock\` |

**Done once.** Every change names its business act twice: by a natural key in its body (\`reference\`, \`releaseId\`, \`shipmentId\`, \`announcementId\` with its \`revision\`, \`refundId\`, \`number\`, the number of a revision), which you keep for ever and hold unique, and by the header \`Idempotency-Key\`. When the natural key is known already: the same content is answered 200 with what was made the first time; other content is 409 \`conflict\`, and changes nothing. A key that was used for another act is 422 \`idempotency-key-reused\`. Names, addresses and contact data do not count as content. A refusal (4xx) is not remembered: the same act may be tried again. After a time-out the hub looks for the natural key before it repeats anything; what is not visible ten minutes later must never appear.

**Keys.** Those of the hub contain "/" and "#". They stand in bodies and in the query; paths carry only your own ids.

**Money** is decimal text of the document’s currency, exact to its minor unit. Never recompute what you are given: the parts add up to the total.

**Books** are kept by you, one ledger an entity. Nothing is booked in a closed period (\`PERIOD_CLOSED\`): the hub then asks a person. A correction is a document of its own; none is ever changed.

**Codes** of items, locations and taxes are your own; the hub translates.

**Feeds.** \`GET /v1/events\` returns a feed in the order in which events became visible, gap free: once an event is visible, none appears before it. An event may come again (at least once) and is recognised by its \`id\`. Cursors are opaque and valid for at least 30 days; without \`after\` the feed starts at its beginning. The same events are pushed as webhooks; the feed heals what a webhook missed.

**Stock.** Levels are units on hand (sound and there, reserved ones included) and, where you count them, damaged, in quality control and incoming ones. Parcels that leave make no stock event: \`release.shipped\` is the news. Every other change does: goods that are announced, received, returned (with what has become of them), transferred, counted, adjusted, sold on the spot.

**Errors** are problem details (RFC 9457) with a \`code\`. 503 and 429 promise that nothing was done; after any other 5xx the hub takes the outcome for unknown. Additions to this version (fields, event types, codes) may come at any time: ignore what you do not know.`;
