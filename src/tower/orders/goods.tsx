/** What was ordered, and how far it has come: lines, releases, shipments, refunds. */
import type { OrderLine, OrderRelease, OrderShipment, OrderSummary } from '../../gateway/api-types.ts';
import { Time } from '../lib/time.tsx';
import { counted, inWords, number } from '../lib/words.ts';
import { Icon } from '../parts/icons.tsx';
import { Amount, Copyable, CopyButton, Pill } from '../parts/small.tsx';

export function OrderGoods({ summary }: { summary: OrderSummary }) {
  const releases = summary.releases.filter((release) => release.status !== 'finished');
  return (
    <>
      <section aria-label="Lines">
        <table className="goods">
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col" className="number">
                Ordered
              </th>
              <th scope="col" className="number">
                Shipped
              </th>
              <th scope="col" className="number">
                Open
              </th>
              <th scope="col" className="number">
                Total
              </th>
            </tr>
          </thead>
          <tbody>
            {summary.lines.map((line) => (
              <Line key={line.lineId} line={line} />
            ))}
          </tbody>
          <tfoot>
            {summary.charges.map(({ kind, title, amount }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two charges may have the same kind and title
              <tr key={index}>
                <th scope="row" colSpan={4}>
                  {title || inWords(kind)}
                </th>
                <td className="number">
                  <Amount money={amount} />
                </td>
              </tr>
            ))}
            <tr className="sum">
              <th scope="row" colSpan={4}>
                Total as placed
              </th>
              <td className="number">
                <Amount money={summary.total} />
              </td>
            </tr>
            <tr className="quiet">
              <th scope="row" colSpan={4}>
                Tax in it
              </th>
              <td className="number">
                <Amount money={summary.tax} />
              </td>
            </tr>
          </tfoot>
        </table>
      </section>
      {releases.length > 0 || summary.shipments.length > 0 ? (
        <section aria-label="Shipments">
          <h3>Shipments</h3>
          <ul className="plain parcels">
            {summary.shipments.map((shipment) => (
              <Shipment key={shipment.shipmentId} shipment={shipment} />
            ))}
            {releases.map((release) => (
              <Release key={release.releaseId} release={release} />
            ))}
          </ul>
        </section>
      ) : null}
      {summary.refunds.length > 0 ? (
        <section aria-label="Refunds">
          <h3>Refunds</h3>
          <ul className="plain parcels">
            {summary.refunds.map((refund) => (
              <li key={refund.refundId}>
                <div className="parcel-head">
                  <strong>
                    <Amount money={refund.cash} />
                  </strong>
                  {refund.cashPending ? (
                    <Pill tone="warning">
                      <Amount money={refund.cashPending} /> on its way
                    </Pill>
                  ) : null}
                  <Pill tone={refund.erpBooked ? 'good' : 'neutral'}>
                    {refund.erpBooked ? 'booked' : 'not booked yet'}
                  </Pill>
                  <span className="quiet">
                    {refund.units > 0 ? `${counted(refund.units, 'unit')}, ` : ''}
                    <Time at={refund.createdAt} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function Line({ line }: { line: OrderLine }) {
  const left = line.ordered - line.wanted;
  return (
    <tr>
      <td>
        <span className="goods-title">{line.title}</span>
        <span className="goods-sku">
          {line.sku ? (
            <>
              <code>{line.sku}</code>
              <CopyButton text={line.sku} what={`the SKU ${line.sku}`} />
            </>
          ) : (
            <span className="quiet">no SKU</span>
          )}
          {line.ourSku && line.ourSku !== line.sku ? (
            <span className="quiet">
              ours: <code>{line.ourSku}</code>
            </span>
          ) : null}
          {line.sku && line.ships && line.ourSku === null ? <Pill tone="warning">not mapped</Pill> : null}
          {line.ships ? null : <Pill tone="neutral">does not ship</Pill>}
        </span>
        {line.locations.length > 0 ? (
          <span className="goods-places quiet">
            {line.locations
              .map(({ name, quantity, state }) => `${number(quantity)} ${state} at ${name}`)
              .join(' · ')}
          </span>
        ) : null}
      </td>
      <td className="number">
        {number(line.ordered)}
        {left > 0 ? <span className="below-number">−{number(left)} taken off</span> : null}
      </td>
      <td className="number">
        {number(line.shipped)}
        {line.returned > 0 ? <span className="below-number">{number(line.returned)} returned</span> : null}
      </td>
      <td className={line.open < 0 ? 'number problem-text' : 'number'}>
        {line.ships ? number(line.open) : '–'}
      </td>
      <td className="number">
        <Amount money={line.total} />
        {line.ordered > 1 ? (
          <span className="below-number">
            {number(line.ordered)} × <Amount money={line.unitPrice} />
          </span>
        ) : null}
      </td>
    </tr>
  );
}

function Shipment({ shipment }: { shipment: OrderShipment }) {
  const { tracking } = shipment;
  return (
    <li>
      <div className="parcel-head">
        <strong>{shipment.locationName}</strong>
        <span className="quiet">
          shipped <Time at={shipment.shippedAt} />
        </span>
        <Pill tone={shipment.channelTold ? 'good' : 'neutral'}>
          {shipment.channelTold ? 'channel told' : 'channel not told yet'}
        </Pill>
        <Pill tone={shipment.erpBooked ? 'good' : 'neutral'}>
          {shipment.erpBooked ? 'booked' : 'not booked yet'}
        </Pill>
      </div>
      <Contents lines={shipment.lines} />
      {tracking?.number ? (
        <div className="parcel-line">
          {tracking.company ? `${tracking.company} ` : ''}
          <Copyable text={tracking.number} what="the tracking number" />
          {tracking.url && /^https?:/.test(tracking.url) ? (
            <a href={tracking.url} target="_blank" rel="noreferrer">
              Track <Icon name="external" />
              <span className="sr-only">(opens a new tab)</span>
            </a>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

const RELEASE_WORDS = {
  requested: 'about to be asked',
  sent: 'asked to ship',
  accepted: 'is picking',
  cancelling: 'is being called back',
  finished: 'done',
} as const;

function Release({ release }: { release: OrderRelease }) {
  return (
    <li>
      <div className="parcel-head">
        <strong>{release.locationName}</strong>
        <Pill tone={release.status === 'cancelling' ? 'warning' : 'info'}>
          {RELEASE_WORDS[release.status]}
        </Pill>
      </div>
      <Contents lines={release.lines} />
    </li>
  );
}

function Contents({ lines }: { lines: OrderShipment['lines'] }) {
  return (
    <div className="parcel-line">
      {lines.map(({ quantity, title }) => `${number(quantity)} × ${title}`).join(', ')}
    </div>
  );
}
