/** Checks requests against the published document: data, so that this side shares no code with the connector. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const DOCUMENT = new URL('../../../../docs/reference/rest-openapi.json', import.meta.url);

const validators = new Map<string, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/** What is wrong with a value by a schema of the document's components; undefined: nothing. */
export function violation(schema: string, value: unknown): string | undefined {
  const validate = validators.get(schema) ?? compile(schema);
  if (validate(value)) return undefined;
  return ajv?.errorsText(validate.errors, { dataVar: schema }) ?? 'invalid';
}

function compile(schema: string): ValidateFunction {
  if (!ajv) {
    ajv = new Ajv2020({ strict: false, allErrors: false });
    ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
    ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
    ajv.addSchema({ $id: 'api', ...(JSON.parse(readFileSync(DOCUMENT, 'utf8')) as object) });
  }
  const validate = ajv.compile({ $ref: `api#/components/schemas/${schema}` });
  validators.set(schema, validate);
  return validate;
}
