/** Believable persons and addresses, from a random stream: names, streets and cities that exist, at numbers that may not. */
import type { Random } from '../../base/random.ts';
import type { OrderSpec } from '../kit/types.ts';

export type Shopper = OrderSpec['shopper'];

interface Country {
  first: readonly string[];
  last: readonly string[];
  streets: readonly string[];
  cities: readonly (readonly [city: string, postalCode: string, provinceCode?: string])[];
  address: (street: string, number: number) => string;
  dial: string;
}

const streetFirst = (street: string, number: number) => `${street} ${number}`;
const numberFirst = (street: string, number: number) => `${number} ${street}`;

const COUNTRIES: Readonly<Record<string, Country>> = {
  DE: {
    first: ['Anna', 'Lukas', 'Mia', 'Jonas', 'Sophie', 'Felix', 'Jörg', 'Zeynep', 'Lena', 'Paul'],
    last: [
      'Müller',
      'Schmidt',
      'Weber',
      'Yılmaz',
      'Hoffmann',
      'Krüger',
      'Bauer',
      'Groß',
      'Neumann',
      'von der Heide',
    ],
    streets: ['Lindenstraße', 'Hauptstraße', 'Am Markt', 'Goetheweg', 'Bahnhofstraße', 'Schillerplatz'],
    cities: [
      ['Berlin', '10115'],
      ['Hamburg', '20095'],
      ['München', '80331'],
      ['Köln', '50667'],
      ['Leipzig', '04109'],
      ['Freiburg im Breisgau', '79098'],
    ],
    address: streetFirst,
    dial: '+4915',
  },
  AT: {
    first: ['Katharina', 'Florian', 'Johanna', 'Tobias'],
    last: ['Gruber', 'Huber', 'Wagner', 'Pichler'],
    streets: ['Mariahilfer Straße', 'Landstraße', 'Herrengasse'],
    cities: [
      ['Wien', '1010'],
      ['Graz', '8010'],
      ['Salzburg', '5020'],
    ],
    address: streetFirst,
    dial: '+4366',
  },
  FR: {
    first: ['Camille', 'Léa', 'Hugo', 'Chloé', 'Théo'],
    last: ['Martin', 'Lefèvre', "D'Angelo", 'Dubois', 'Moreau'],
    streets: ['rue de la République', 'avenue Victor-Hugo', 'boulevard Voltaire'],
    cities: [
      ['Paris', '75011'],
      ['Lyon', '69002'],
      ['Marseille', '13001'],
      ['Nantes', '44000'],
    ],
    address: numberFirst,
    dial: '+336',
  },
  NL: {
    first: ['Daan', 'Emma', 'Sem', 'Sanne'],
    last: ['de Vries', 'van den Berg', 'Bakker', 'Jansen'],
    streets: ['Prinsengracht', 'Kerkstraat', 'Dorpsstraat'],
    cities: [
      ['Amsterdam', '1015 AB'],
      ['Utrecht', '3511 LX'],
      ['Rotterdam', '3011 AA'],
    ],
    address: streetFirst,
    dial: '+316',
  },
  GB: {
    first: ['Olivia', 'George', 'Amelia', 'Harry', 'Priya', 'Callum', 'Siân'],
    last: ['Smith', "O'Connor", 'Patel', 'Jones', 'MacLeod', 'Taylor-Green'],
    streets: ['High Street', 'Station Road', 'Church Lane', 'Victoria Road'],
    cities: [
      ['London', 'SE1 9SG'],
      ['Manchester', 'M1 1AE'],
      ['Edinburgh', 'EH1 1YZ'],
      ['Bristol', 'BS1 4ST'],
      ['Cardiff', 'CF10 1EP'],
    ],
    address: numberFirst,
    dial: '+447',
  },
  IE: {
    first: ['Aoife', 'Conor', 'Niamh'],
    last: ['Murphy', 'Kelly', "O'Sullivan"],
    streets: ['Grafton Street', 'Main Street'],
    cities: [
      ['Dublin', 'D02 X285'],
      ['Cork', 'T12 W8KX'],
    ],
    address: numberFirst,
    dial: '+3538',
  },
  CH: {
    first: ['Reto', 'Noemi', 'Luca'],
    last: ['Zürcher', 'Keller', 'Meier'],
    streets: ['Bahnhofstrasse', 'Seestrasse'],
    cities: [
      ['Zürich', '8001'],
      ['Bern', '3011'],
      ['Basel', '4051'],
    ],
    address: streetFirst,
    dial: '+417',
  },
  US: {
    first: ['Emily', 'Jacob', 'Ava', 'Mateo'],
    last: ['Johnson', 'Williams', 'Garcia', 'Nguyen'],
    streets: ['Maple Avenue', 'Oak Street', '5th Avenue'],
    cities: [
      ['Portland', '97204', 'OR'],
      ['Boston', '02108', 'MA'],
      ['Denver', '80202', 'CO'],
      ['New York', '10001', 'NY'],
    ],
    address: numberFirst,
    dial: '+1212',
  },
};

/** Where the shoppers of a country live, and who they are. A fifth are guests. */
export function shopperFrom(random: Random, countryCode: string): Shopper {
  const country = COUNTRIES[countryCode];
  if (!country) throw new RangeError(`no shoppers known from "${countryCode}"`);
  const firstName = random.pick(country.first);
  const lastName = random.pick(country.last);
  const number = random.int(1, 9999);
  const guest = random.chance(0.2);
  const mailbox = `${ascii(firstName)}.${ascii(lastName)}${number}`;
  return {
    accountId: guest ? null : String(700_000 + random.int(0, 199_999)),
    firstName,
    lastName,
    email: `${mailbox}@example.com`,
    phone: random.chance(0.4) ? `${country.dial}${random.int(10_000_000, 99_999_999)}` : null,
    ...addressIn(random, countryCode),
  };
}

/** An address of the country: for a new shopper, or for one who moves. */
export function addressIn(
  random: Random,
  countryCode: string,
): Pick<Shopper, 'address1' | 'city' | 'postalCode' | 'provinceCode' | 'countryCode'> {
  const country = COUNTRIES[countryCode];
  if (!country) throw new RangeError(`no addresses known in "${countryCode}"`);
  const [city, postalCode, provinceCode] = random.pick(country.cities);
  return {
    address1: country.address(random.pick(country.streets), random.int(1, 180)),
    city,
    postalCode,
    provinceCode: provinceCode ?? null,
    countryCode,
  };
}

function ascii(name: string): string {
  return name
    .normalize('NFD')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
