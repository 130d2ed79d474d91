/**
 * What a query costs: a mutation 10, an object 1, a scalar nothing, a connection by its size. The vendor does not publish how
 * size counts; answers of real stores show that it grows slowly (publications(first: 10) with two scalars: 6 asked for, 5 for
 * the seven that came; 50 orders with 5 lines each and all their parts: 40). So a list costs its dearest member and the
 * logarithm of its length, amounts of money cost nothing, and only what is asked for by id counts one by one.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

interface CostNode {
  key: string;
  /** What one object of it costs by itself. */
  own: number;
  /** `nodes(ids)`: each of them counts. */
  each: boolean;
  /** The length that is asked for; undefined: no such argument. */
  size: ((variables: Variables) => number) | undefined;
  children: CostNode[];
}

export interface CostPlan {
  base: number;
  root: CostNode[];
}

const MUTATION_COST = 10;
/** Values without an identity of their own that come with what holds them. */
const FREE_TYPES: ReadonlySet<string> = new Set(['MoneyV2', 'PageInfo']);

/** Looks through an operation once; the plan then tells what it asks for and what an answer has cost. */
export function planCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostPlan {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const defaults: Record<string, unknown> = {};
  for (const variable of operation.variableDefinitions ?? [])
    if (variable.defaultValue)
      defaults[variable.variable.name.value] = valueIn(variable.defaultValue, {}, {});
  const mutation = operation.operation === 'mutation';
  const type = mutation ? schema.getMutationType() : schema.getQueryType();
  if (!type) throw new Error('the schema has no root type');
  const context = { schema, fragments, defaults };
  const root = selected(context, type, operation.selectionSet);
  // The mutation's price covers its payload and what it made.
  const covered = (node: CostNode): CostNode => ({ ...node, own: 0 });
  return mutation
    ? {
        base: MUTATION_COST,
        root: root.map((node) => ({ ...covered(node), children: node.children.map(covered) })),
      }
    : { base: 0, root };
}

/** What the query asks for, before it is carried out. */
export function requestedCost(plan: CostPlan, variables: Variables): number {
  const cost = (node: CostNode): number => {
    const inner = node.own + total(node.children, cost);
    const size = node.size?.(variables);
    if (size === undefined) return inner;
    return node.each ? inner * size : inner + sizeCost(size);
  };
  return Math.max(1, plan.base + total(plan.root, cost));
}

/** What the answer has cost: what was not there is not paid for. */
export function actualCost(plan: CostPlan, data: unknown): number {
  const cost = (node: CostNode, value: unknown): number => {
    const found = member(value, node.key);
    if (found === null || found === undefined) return 0;
    if (!Array.isArray(found)) {
      const inner = node.own + total(node.children, (child) => cost(child, found));
      return node.size ? inner + sizeCost(lengthOf(found)) : inner;
    }
    const costs = found.map((item) =>
      item === null ? 0 : node.own + total(node.children, (child) => cost(child, item)),
    );
    if (node.each) return costs.reduce((sum, one) => sum + one, 0);
    return Math.max(0, ...costs) + (node.size ? sizeCost(costs.length) : 0);
  };
  return Math.max(1, plan.base + total(plan.root, (node) => cost(node, data)));
}

function sizeCost(size: number): number {
  return size <= 0 ? 0 : 1 + Math.ceil(Math.log2(Math.max(1, size)));
}

function lengthOf(connection: unknown): number {
  const nodes = member(connection, 'nodes') ?? member(connection, 'edges');
  return Array.isArray(nodes) ? nodes.length : 0;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function total(nodes: readonly CostNode[], cost: (node: CostNode) => number): number {
  let sum = 0;
  for (const node of nodes) sum += cost(node);
  return sum;
}

interface Context {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  defaults: Variables;
}

/** Fields of a selection by response key, fragments merged in; of several possible types, all fields count. */
function selected(context: Context, type: GraphQLCompositeType, selections: SelectionSetNode): CostNode[] {
  const found = new Map<string, CostNode>();
  const take = (owner: GraphQLCompositeType, set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const node = fieldCost(context, owner, selection);
        const known = node && found.get(node.key);
        if (known) known.children = merged(known.children, node.children);
        else if (node) found.set(node.key, node);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
      if (!fragment) continue;
      const named = fragment.typeCondition?.name.value;
      const on = named === undefined ? owner : context.schema.getType(named);
      if (on && isCompositeType(on)) take(on, fragment.selectionSet);
    }
  };
  take(type, selections);
  return [...found.values()];
}

function merged(one: readonly CostNode[], other: readonly CostNode[]): CostNode[] {
  const keys = new Set(one.map(({ key }) => key));
  return [...one, ...other.filter(({ key }) => !keys.has(key))];
}

/** Null for what costs nothing whatever stands below it. */
function fieldCost(context: Context, owner: GraphQLCompositeType, field: FieldNode): CostNode | undefined {
  if (isUnionType(owner) || !field.selectionSet) return undefined;
  const definition = owner.getFields()[field.name.value];
  if (!definition) return undefined;
  const type = getNamedType(definition.type);
  if (!isCompositeType(type) || FREE_TYPES.has(type.name)) return undefined;
  const argument = (name: string) => field.arguments?.find((each) => each.name.value === name)?.value;
  const [first, ids] = [argument('first') ?? argument('last'), argument('ids')];
  const wrapper = type.name.endsWith('Connection') || type.name.endsWith('Edge');
  return {
    key: field.alias?.value ?? field.name.value,
    own: wrapper ? 0 : 1,
    each: ids !== undefined,
    size: sizeOf(context, first, ids),
    children: selected(context, type, field.selectionSet),
  };
}

function sizeOf(
  { defaults }: Context,
  first: ValueNode | undefined,
  ids: ValueNode | undefined,
): CostNode['size'] {
  if (ids)
    return (variables) => {
      const value = valueIn(ids, variables, defaults);
      return Array.isArray(value) ? value.length : 1;
    };
  if (first) return (variables) => Number(valueIn(first, variables, defaults)) || 0;
  return undefined;
}

function valueIn(value: ValueNode, variables: Variables, defaults: Variables): unknown {
  switch (value.kind) {
    case Kind.VARIABLE:
      return variables[value.name.value] ?? defaults[value.name.value];
    case Kind.INT:
      return Number(value.value);
    case Kind.LIST:
      return value.values.map((each) => valueIn(each, variables, defaults));
    default:
      return undefined;
  }
}
