/** What is wrong with a call's variables, in the vendor's words: one error for each variable, with all its problems. */
import {
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
} from 'graphql';

interface Problem {
  path: (string | number)[];
  explanation: string;
}

export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError[] {
  return variableDefinitions.flatMap((definition) => {
    const name = definition.variable.name.value;
    // A document that has been validated names types of input only.
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
    const value = variables[name];
    if (!type || (value === undefined && (definition.defaultValue || !isNonNullType(type)))) return [];
    const problems = problemsOf(value, type, []);
    if (problems.length === 0) return [];
    const at = problems
      .filter(({ path }) => path.length > 0)
      .map(({ path, explanation }) => `${path.join('.')} (${explanation})`)
      .join(', ');
    const message = `Variable $${name} of type ${print(definition.type)} was provided invalid value${at === '' ? '' : ` for ${at}`}`;
    const extensions = { code: 'INVALID_VARIABLE', value: value ?? null, problems };
    return [new GraphQLError(message, { nodes: [definition], extensions })];
  });
}

function problemsOf(value: unknown, type: GraphQLInputType, path: Problem['path']): Problem[] {
  const problem = (explanation: string): Problem[] => [{ path, explanation }];
  const isNothing = value === null || value === undefined;
  if (isNonNullType(type))
    return isNothing ? problem('Expected value to not be null') : problemsOf(value, type.ofType, path);
  if (isNothing) return [];
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [value];
    return items.flatMap((item, index) =>
      problemsOf(item, type.ofType, Array.isArray(value) ? [...path, index] : path),
    );
  }
  const text = JSON.stringify(value);
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    const isOne = typeof value === 'string' && names.includes(value);
    return isOne ? [] : problem(`Expected ${text} to be one of: ${names.join(', ')}`);
  }
  if (isInputObjectType(type)) {
    if (typeof value !== 'object' || Array.isArray(value))
      return problem(`Expected ${text} to be a key-value object.`);
    const given = value as Record<string, unknown>;
    const fields = type.getFields();
    const unknown = Object.keys(given)
      .filter((name) => fields[name] === undefined)
      .map((name) => ({ path: [...path, name], explanation: `Field is not defined on ${type.name}` }));
    const wrong = Object.values(fields).flatMap((field) =>
      given[field.name] === undefined && !isRequiredInputField(field)
        ? []
        : problemsOf(given[field.name], field.type, [...path, field.name]),
    );
    return [...unknown, ...wrong];
  }
  if (!isScalarType(type)) return [];
  try {
    type.parseValue(value);
    return [];
  } catch {
    return problem(`Could not coerce value ${text} to ${type.name}`);
  }
}
