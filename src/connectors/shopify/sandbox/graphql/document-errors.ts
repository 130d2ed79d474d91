/**
 * What is wrong with a document, in the vendor's words: its server is graphql-ruby, whose messages, codes and paths differ
 * from graphql-js'. What the vendor's public examples do not show keeps the words of graphql-js.
 */
import {
  type ArgumentNode,
  type ASTNode,
  type FieldNode,
  FieldsOnCorrectTypeRule,
  type GraphQLArgument,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isTypeSubTypeOf,
  Kind,
  KnownArgumentNamesRule,
  type NamedTypeNode,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  type ObjectFieldNode,
  type ObjectValueNode,
  type OperationDefinitionNode,
  ProvidedRequiredArgumentsRule,
  print,
  ScalarLeafsRule,
  specifiedRules,
  typeFromAST,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
} from 'graphql';

type Holder = ASTNode | readonly ASTNode[];

/** The nodes that hold one, from the document down. */
function nodesAbove(parent: Holder | undefined, ancestors: readonly Holder[]): ASTNode[] {
  return [...ancestors, ...(parent ? [parent] : [])].flatMap((each) => ('kind' in each ? [each] : []));
}

/** Where a node stands, as graphql-ruby writes it: operation, fields by their names in the answer, arguments. */
function pathOf(node: ASTNode, parent: Holder | undefined, ancestors: readonly Holder[]): string[] {
  const nodes = [...nodesAbove(parent, ancestors), node];
  return nodes.flatMap((each) => {
    switch (each.kind) {
      case Kind.OPERATION_DEFINITION:
        return [each.name ? `${each.operation} ${each.name.value}` : each.operation];
      case Kind.FRAGMENT_DEFINITION:
        return [`fragment ${each.name.value}`];
      case Kind.INLINE_FRAGMENT:
        return [each.typeCondition ? `... on ${each.typeCondition.name.value}` : '...'];
      case Kind.FIELD:
        return [each.alias?.value ?? each.name.value];
      case Kind.ARGUMENT:
      case Kind.OBJECT_FIELD:
        return [each.name.value];
      default:
        return [];
    }
  });
}

function report(
  context: ValidationContext,
  nodes: readonly ASTNode[],
  path: readonly string[],
  message: string,
  code: string,
  extensions: Readonly<Record<string, string>>,
): void {
  context.reportError(new GraphQLError(message, { nodes, path, extensions: { code, ...extensions } }));
}

const undefinedField: ValidationRule = (context) => ({
  Field(node, _key, parent, _path, ancestors) {
    const type = context.getParentType();
    if (!type || context.getFieldDef()) return;
    report(
      context,
      [node],
      pathOf(node, parent, ancestors),
      `Field '${node.name.value}' doesn't exist on type '${type.name}'`,
      'undefinedField',
      { typeName: type.name, fieldName: node.name.value },
    );
  },
});

const argumentNotAccepted: ValidationRule = (context) => ({
  Argument(node, _key, parent, _path, ancestors) {
    const holder = context.getDirective() ?? context.getFieldDef();
    if (context.getArgument() || !holder) return;
    const typeName = context.getDirective() ? 'Directive' : 'Field';
    refuseArgument(context, node, pathOf(node, parent, ancestors), typeName, holder.name, node.name.value);
  },
  ObjectField(node, _key, parent, _path, ancestors) {
    const type = getNamedType(context.getParentInputType());
    if (!isInputObjectType(type) || type.getFields()[node.name.value]) return;
    refuseArgument(context, node, pathOf(node, parent, ancestors), 'InputObject', type.name, node.name.value);
  },
});

function refuseArgument(
  context: ValidationContext,
  node: ASTNode,
  path: readonly string[],
  typeName: 'Directive' | 'Field' | 'InputObject',
  name: string,
  argumentName: string,
): void {
  const message = `${typeName} '${name}' doesn't accept argument '${argumentName}'`;
  report(context, [node], path, message, 'argumentNotAccepted', { name, typeName, argumentName });
}

const missingArguments: ValidationRule = (context) => ({
  Field: {
    leave(node, _key, parent, _path, ancestors) {
      const args = context.getFieldDef()?.args ?? [];
      refuseMissing(context, node, pathOf(node, parent, ancestors), 'Field', args);
    },
  },
  Directive: {
    leave(node, _key, parent, _path, ancestors) {
      const args = context.getDirective()?.args ?? [];
      refuseMissing(context, node, pathOf(node, parent, ancestors), 'Directive', args);
    },
  },
  ObjectValue(node, _key, parent, _path, ancestors) {
    const type = getNamedType(context.getInputType());
    if (!isInputObjectType(type)) return;
    const given = namesIn(node);
    for (const field of Object.values(type.getFields())) {
      if (!isRequiredInputField(field) || given.has(field.name)) continue;
      const argumentType = String(field.type);
      report(
        context,
        [node],
        [...pathOf(node, parent, ancestors), field.name],
        `Argument '${field.name}' on InputObject '${type.name}' is required. Expected type ${argumentType}`,
        'missingRequiredInputObjectAttribute',
        { argumentName: field.name, argumentType, inputObjectType: type.name },
      );
    }
  },
});

const namesIn = ({ fields }: ObjectValueNode): ReadonlySet<string> =>
  new Set(fields.map(({ name }) => name.value));

function refuseMissing(
  context: ValidationContext,
  node: FieldNode | (ASTNode & { kind: Kind.DIRECTIVE }),
  path: readonly string[],
  className: 'Directive' | 'Field',
  args: readonly GraphQLArgument[],
): void {
  const given = new Set(node.arguments?.map(({ name }) => name.value));
  const missing = args.filter((each) => isRequiredArgument(each) && !given.has(each.name));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  report(
    context,
    [node],
    path,
    `${className} '${node.name.value}' is missing required arguments: ${names}`,
    'missingRequiredArguments',
    { className, name: node.name.value, arguments: names },
  );
}

const literals: ValidationRule = (context) => ({
  Argument(node, _key, parent, _path, ancestors) {
    const type = context.getArgument()?.type;
    if (!type || fits(node.value, type)) return;
    const holder = nodesAbove(parent, ancestors).at(-1) ?? node;
    const [typeName, name] = context.getDirective()
      ? (['Directive', context.getDirective()?.name] as const)
      : (['Field', context.getFieldDef()?.name] as const);
    refuseLiteral(
      context,
      holder,
      pathOf(node, parent, ancestors),
      node.name.value,
      typeName,
      name ?? '',
      node.value,
      type,
    );
  },
  ObjectField(node, _key, parent, _path, ancestors) {
    const holder = getNamedType(context.getParentInputType());
    if (!isInputObjectType(holder)) return;
    const type = holder.getFields()[node.name.value]?.type;
    if (!type || fits(node.value, type)) return;
    const path = pathOf(node, parent, ancestors);
    refuseLiteral(context, node, path, node.name.value, 'InputObject', holder.name, node.value, type);
  },
});

function refuseLiteral(
  context: ValidationContext,
  node: ASTNode,
  path: readonly string[],
  argumentName: string,
  typeName: 'Directive' | 'Field' | 'InputObject',
  name: string,
  value: ValueNode,
  type: GraphQLInputType,
): void {
  const message = `Argument '${argumentName}' on ${typeName} '${name}' has an invalid value (${print(value)}). Expected type '${type}'.`;
  report(context, [node], path, message, 'argumentLiteralsIncompatible', { typeName, argumentName });
}

/** Whether a value can be what is wanted; what input objects hold is looked at by itself. */
function fits(value: ValueNode, type: GraphQLInputType): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.NULL) return !isNonNullType(type);
  const wanted = getNullableType(type);
  if (isListType(wanted)) {
    const each = wanted.ofType as GraphQLInputType;
    return value.kind === Kind.LIST ? value.values.every((one) => fits(one, each)) : fits(value, each);
  }
  if (isInputObjectType(wanted)) return value.kind === Kind.OBJECT;
  if (isEnumType(wanted)) return value.kind === Kind.ENUM && wanted.getValue(value.value) !== undefined;
  if (!isLeafType(wanted)) return true;
  try {
    return wanted.parseLiteral(value, null) !== undefined;
  } catch {
    return false;
  }
}

const selections: ValidationRule = (context) => ({
  Field(node, _key, parent, _path, ancestors) {
    const type = getNamedType(context.getType());
    if (!type) return;
    const name = node.name.value;
    const chosen = node.selectionSet?.selections ?? [];
    const refuse = (message: string) =>
      report(context, [node], pathOf(node, parent, ancestors), message, 'selectionMismatch', {
        nodeName: `field '${name}'`,
        typeName: type.name,
      });
    if (!isLeafType(type) && !node.selectionSet)
      refuse(
        `Field must have selections (field '${name}' returns ${type.name} but has no selections. Did you mean '${name} { ... }'?)`,
      );
    if (isLeafType(type) && node.selectionSet)
      refuse(
        `Selections can't be made on ${isEnumType(type) ? 'enums' : 'scalars'} (field '${name}' returns ${type.name} but has selections [${chosen.map((each) => (each.kind === Kind.FIELD ? `"${each.name.value}"` : `"${print(each)}"`)).join(', ')}])`,
      );
  },
});

const nameOf = ({ name, operation }: OperationDefinitionNode): string =>
  name?.value ?? `anonymous ${operation}`;

const variables: ValidationRule = (context) => ({
  OperationDefinition: {
    leave(operation) {
      const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
      const used = context.getRecursiveVariableUsages(operation);
      const path = pathOf(operation, undefined, []);
      for (const { node } of used) {
        const variableName = node.name.value;
        if (declared.has(variableName)) continue;
        const message = `Variable $${variableName} is used by ${nameOf(operation)} but not declared`;
        report(context, [node], path, message, 'variableNotDefined', { variableName });
      }
      const names = new Set(used.map(({ node }) => node.name.value));
      for (const each of operation.variableDefinitions ?? []) {
        const variableName = each.variable.name.value;
        if (names.has(variableName)) continue;
        const message = `Variable $${variableName} is declared by ${nameOf(operation)} but not used`;
        report(context, [each], path, message, 'variableNotUsed', { variableName });
      }
    },
  },
});

const REPLACED: ReadonlySet<ValidationRule> = new Set<ValidationRule>([
  FieldsOnCorrectTypeRule,
  KnownArgumentNamesRule,
  ProvidedRequiredArgumentsRule,
  ValuesOfCorrectTypeRule,
  ScalarLeafsRule,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  VariablesInAllowedPositionRule,
]);

/** Variables where their types do not do, named with the arguments that they stand for. */
const variableTypes: ValidationRule = (context) => {
  const places = new Map<ASTNode, { argument: ArgumentNode | ObjectFieldNode; path: string[] }>();
  return {
    Variable(node, _key, parent, _path, ancestors) {
      const above = nodesAbove(parent, ancestors);
      const at = above.findLastIndex(isArgument);
      const argument = above[at];
      if (argument && isArgument(argument))
        places.set(node, { argument, path: pathOf(argument, undefined, above.slice(0, at)) });
    },
    Document: {
      leave({ definitions }) {
        for (const operation of definitions)
          if (operation.kind === Kind.OPERATION_DEFINITION) checkVariables(context, operation, places);
      },
    },
  };
};

const isArgument = (node: ASTNode): node is ArgumentNode | ObjectFieldNode =>
  node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD;

function checkVariables(
  context: ValidationContext,
  operation: OperationDefinitionNode,
  places: ReadonlyMap<ASTNode, { argument: ArgumentNode | ObjectFieldNode; path: string[] }>,
): void {
  const schema = context.getSchema();
  const declared = new Map(operation.variableDefinitions?.map((each) => [each.variable.name.value, each]));
  for (const { node, type: expected, defaultValue } of context.getRecursiveVariableUsages(operation)) {
    const definition = declared.get(node.name.value);
    const place = places.get(node);
    // A named type that the schema does not know is another rule's matter.
    const type = definition && typeFromAST(schema, definition.type as NamedTypeNode);
    if (!definition || !place || !type || !expected) continue;
    const hasDefault =
      defaultValue !== undefined ||
      (definition.defaultValue !== undefined && definition.defaultValue.kind !== Kind.NULL);
    const wanted = isNonNullType(expected) && !isNonNullType(type) && hasDefault ? expected.ofType : expected;
    if (isTypeSubTypeOf(schema, type, wanted)) continue;
    const typeName = String(type);
    const variableName = node.name.value;
    const argumentName = place.argument.name.value;
    const errorMessage = mismatch(type, expected);
    const message = `${errorMessage} on variable $${variableName} and argument ${argumentName} (${typeName} / ${expected})`;
    report(context, [place.argument], place.path, message, 'variableMismatch', {
      variableName,
      typeName,
      argumentName,
      errorMessage,
    });
  }
}

function mismatch(type: GraphQLType, expected: GraphQLType): string {
  if (getNamedType(type) !== getNamedType(expected)) return 'Type mismatch';
  return depth(type) === depth(expected) ? 'Nullability mismatch' : 'List dimension mismatch';
}

function depth(type: GraphQLType): number {
  const own = getNullableType(type);
  return isListType(own) ? 1 + depth(own.ofType) : 0;
}

/** The rules of a document, each with the vendor's words where they are known. */
export const DOCUMENT_RULES: readonly ValidationRule[] = [
  ...specifiedRules.filter((rule) => !REPLACED.has(rule)),
  undefinedField,
  argumentNotAccepted,
  missingArguments,
  literals,
  selections,
  variables,
  variableTypes,
];
