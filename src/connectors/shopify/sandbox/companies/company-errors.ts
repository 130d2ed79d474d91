/** What the vendor says of wrong input about companies: its words, and codes of `BusinessCustomerErrorCode`. */

export interface CompanyError {
  field: string[] | null;
  message: string;
  code:
    | 'BLANK'
    | 'FAILED_TO_DELETE'
    | 'INTERNAL_ERROR'
    | 'INVALID'
    | 'INVALID_INPUT'
    | 'LIMIT_REACHED'
    | 'NO_INPUT'
    | 'RESOURCE_NOT_FOUND'
    | 'TAKEN'
    | 'TOO_LONG'
    | 'UNEXPECTED_TYPE';
}

export function companyError(
  code: CompanyError['code'],
  field: readonly string[] | string | null,
  message: string,
): CompanyError {
  return { code, field: field === null ? null : [field].flat(), message };
}

export const notFound = (field: readonly string[] | string, message = 'Resource requested does not exist.') =>
  companyError('RESOURCE_NOT_FOUND', field, message);

export const invalidInput = (field: readonly string[] | string | null) =>
  companyError('INVALID_INPUT', field, 'Invalid input.');

const MAX_NAME_CHARS = 255;
const MAX_NOTE_CHARS = 5_000;
const MAX_EXTERNAL_ID_CHARS = 64;
const EXTERNAL_ID = /^[\w!@#$%^&*(){}[\]\\/?<>~,.;:'`"-]*$/;
const PHONE = /^\+?[\d\s().-]{6,20}$/;
const HTML = /<[^>]*>/;

interface Named {
  name?: string | null | undefined;
  note?: string | null | undefined;
  externalId?: string | null | undefined;
  phone?: string | null | undefined;
}

/** What is wrong with a name, a note, a phone or an id of somebody else's. @param taken whether another has that id. */
export function nameErrors(
  input: Named,
  at: readonly string[],
  { isNew, taken }: { isNew: boolean; taken: (externalId: string) => boolean },
): CompanyError[] {
  const errors: CompanyError[] = [];
  const say = (code: CompanyError['code'], name: string, message: string) =>
    errors.push(companyError(code, [...at, name], message));
  const { name, note, externalId, phone } = input;
  if (name === null && !isNew) say('UNEXPECTED_TYPE', 'name', 'Name is of unexpected type NilClass');
  else if (name?.trim() === '') say('BLANK', 'name', "Name can't be blank");
  if ((name?.length ?? 0) > MAX_NAME_CHARS)
    say('TOO_LONG', 'name', `Name is too long (maximum is ${MAX_NAME_CHARS} characters)`);
  if ((note?.length ?? 0) > MAX_NOTE_CHARS)
    say('TOO_LONG', 'notes', `Notes is too long (maximum is ${MAX_NOTE_CHARS} characters)`);
  if (externalId) {
    if (externalId.length > MAX_EXTERNAL_ID_CHARS)
      say('TOO_LONG', 'externalId', `External Id must be ${MAX_EXTERNAL_ID_CHARS} characters or less.`);
    else if (!EXTERNAL_ID.test(externalId))
      say(
        'INVALID',
        'externalId',
        'External Id can only contain numbers, letters, and some special characters, including !@#$%^&*(){}[]\\/?<>_-~,.;:\'`"',
      );
    else if (taken(externalId)) say('TAKEN', 'externalId', 'External id has already been taken.');
  }
  if (phone && !PHONE.test(phone)) say('INVALID', 'phone', 'Phone is invalid');
  return errors;
}

/** What is wrong with an address: markup in a part of it, or no country. */
export function addressErrors(
  input: Readonly<Record<string, string | null | undefined>>,
  at: readonly string[],
): CompanyError[] {
  const words = (name: string) => {
    const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return spaced.charAt(0).toUpperCase() + spaced.slice(1);
  };
  const wrong = Object.keys(input).filter((name) => HTML.test(input[name] ?? ''));
  if (!input.countryCode || input.countryCode === 'ZZ') wrong.push('countryCode');
  if (input.phone && !PHONE.test(input.phone)) wrong.push('phone');
  return [...new Set(wrong)].map((name) =>
    companyError('INVALID', [...at, name], `${words(name)} is invalid`),
  );
}

/** Most that one call names. */
const MAX_AT_ONCE = 50;

/** Whether a list is longer than one call may have it. */
export const isTooMany = (items: readonly unknown[]): boolean => items.length > MAX_AT_ONCE;

export function tooMany(field: string): CompanyError {
  const message = `Exceeded max input size of ${MAX_AT_ONCE}. Consider using BulkOperation.`;
  return companyError('LIMIT_REACHED', field, message);
}
