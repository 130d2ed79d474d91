/** Who ordered and where it goes: read only when somebody wants to know. */
import type { OrderPerson, OrderSummary } from '../../gateway/api-types.ts';
import { Time } from '../lib/time.tsx';
import { Icon } from '../parts/icons.tsx';

interface CustomerProps {
  summary: OrderSummary;
  persons: boolean;
  setPersons: (wanted: boolean) => void;
}

export function Customer({ summary, persons, setPersons }: CustomerProps) {
  return (
    <div className="customer">
      <button
        type="button"
        className="quiet-button"
        aria-expanded={persons}
        onClick={() => setPersons(!persons)}
      >
        <Icon name="person" />
        {persons ? 'Hide customer and address' : 'Show customer and address'}
      </button>
      {persons && summary.persons ? (
        <div className="two-columns">
          <Person title="Customer" person={summary.persons.customer} forgottenAt={summary.forgottenAt} />
          <Person
            title="Delivery address"
            person={summary.persons.shipTo}
            forgottenAt={summary.forgottenAt}
          />
        </div>
      ) : null}
    </div>
  );
}

interface PersonProps {
  title: string;
  person: OrderPerson | null;
  forgottenAt: string | null;
}

function Person({ title, person, forgottenAt }: PersonProps) {
  const lines = person
    ? [
        person.name,
        person.company,
        person.address1,
        person.address2,
        [person.postalCode, person.city, person.provinceCode].filter(Boolean).join(' '),
        person.countryCode,
        person.phone,
      ].filter(Boolean)
    : [];
  return (
    <div className="box">
      <h3>{title}</h3>
      {lines.length === 0 && !person?.email ? (
        <p className="quiet">
          {forgottenAt === null ? (
            'Unknown.'
          ) : (
            <>
              Forgotten on request, <Time at={forgottenAt} />.
            </>
          )}
        </p>
      ) : null}
      <address>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of an address have only their place
          <span key={index}>{line}</span>
        ))}
        {person?.email ? <a href={`mailto:${person.email}`}>{person.email}</a> : null}
      </address>
    </div>
  );
}
