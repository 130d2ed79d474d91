/** Checks requests and answers by the schemas that are written beside. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ANSWERS, type AnswerName } from './schemas-answers.ts';
import { REQUESTS, type RequestName } from './schemas-requests.ts';

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats.default(ajv, ['date', 'uuid']);
const validators = new Map<object, ValidateFunction>();

/** What is wrong with a request; undefined: nothing. */
export const requestProblem = (name: RequestName, value: unknown): string | undefined =>
  problem(REQUESTS[name], name, value);

/** The same of an answer. */
export const answerProblem = (name: AnswerName, value: unknown): string | undefined =>
  problem(ANSWERS[name], name, value);

function problem(schema: object, name: string, value: unknown): string | undefined {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: name });
}
