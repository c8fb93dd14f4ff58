/**
 * Passwords never reach the store: a write-only secret `x` beside an `encrypted-x` is hashed here, where
 * it arrives. What is secret is the catalogue's to say; logs and diffs leave it out.
 */
import type { Component, ComponentId, Properties, Property, Value } from '../../catalogue/types.ts';
import { isList, isProperties, withChanges } from '../../config/text/changes.ts';
import { isSealedText } from '../../config/secrets/sealed-text.ts';
import type { Operation, PropertyChanges } from '../../config/types.ts';
import type { Passwords } from './accounts.ts';

export async function sealSecrets(
  operations: readonly Operation[],
  component: (id: ComponentId) => Component | undefined,
  passwords: Passwords,
): Promise<readonly Operation[]> {
  const sealed: Operation[] = [];
  for (const operation of operations) {
    const hashed =
      operation.kind === 'create' || operation.kind === 'modify' || operation.kind === 'replace'
        ? hashedProperties(component(operation.component)?.properties ?? [])
        : [];
    let next = operation;
    for (const name of hashed) next = await sealOne(next, name, passwords);
    sealed.push(next);
  }
  return sealed;
}

function hashedProperties(properties: readonly Property[]): readonly string[] {
  return properties
    .filter(({ access, secret }) => access === 'write-only' && secret === true)
    .map(({ name }) => name)
    .filter((name) => properties.some((other) => other.name === `encrypted-${name}`));
}

async function sealOne(
  operation: Operation,
  name: string,
  passwords: Passwords,
): Promise<Operation> {
  if (operation.kind !== 'create' && operation.kind !== 'modify' && operation.kind !== 'replace') {
    return operation;
  }
  const { [name]: clear, ...rest } = operation.properties;
  if (clear === undefined) return operation;
  const hash = clear === null ? null : await passwords.hash(String(clear));
  const properties = { ...rest, [`encrypted-${name}`]: hash };
  return operation.kind === 'modify'
    ? { ...operation, properties }
    : { ...operation, properties: withChanges({}, properties) };
}

/** For logs and diffs: secret values replaced, at any depth; sealed ones say nothing and stay. */
export function redacted(properties: readonly Property[], values: PropertyChanges): Properties {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(values)) {
    const property = properties.find((candidate) => candidate.name === name);
    if (value === null) result[name] = 'none';
    else if (property?.secret === true) result[name] = isSealedText(value) ? value : '********';
    else result[name] = redactedValue(property, value);
  }
  return result;
}

function redactedValue(property: Property | undefined, value: Value): Value {
  const type = property?.type;
  if (type?.kind === 'struct' && isProperties(value)) return redacted(type.properties, value);
  if (type?.kind !== 'items' || !isList(value)) return value;
  return value.map((item) => (isProperties(item) ? redacted(type.properties, item) : item));
}
