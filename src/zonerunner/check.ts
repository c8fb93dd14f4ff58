/** ZoneRunner's say in every commit: no zone gets in that BIND would refuse or misread. Pure. */
import type { Fault } from '../base/fault.ts';
import { type Sliced, finishAtOnce } from '../base/slices.ts';
import type { Properties } from '../catalogue/types.ts';
import type { Change, ConfigView, StoredObject } from '../config/types.ts';
import { type Problem, severityOf, textOfProblem } from './rules.ts';
import { parseName } from './name.ts';
import { isTsigSecret, keyComponent } from './tsig-keys.ts';
import { validatingZone } from './validate.ts';
import { viewHash } from './view-address.ts';
import type { ZoneSurroundings } from './zone-index.ts';
import { defaultView, readingZone, viewComponent, type Zone, zoneComponent } from './zone.ts';

/** They go into named's configuration and into file names as they are. */
export function isViewName(name: string): boolean {
  return viewName.test(name);
}

export function isKeyName(name: string): boolean {
  const isName = 'name' in parseName(`${name}.`) && !name.startsWith('evenkeel-');
  return isName && name === name.toLowerCase() && !name.includes('/');
}

const viewName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Lets go between record sets. */
export function* zoneRunnerCheck(
  changes: readonly Change[],
  after: ConfigView,
): Sliced<readonly Fault[]> {
  const touched = new Set(
    changes.filter((change) => change.component === zoneComponent).map((change) => change.name),
  );
  const faults: Fault[] = [];
  for (const name of touched) {
    const problems = yield* findingProblems(after, name);
    for (const problem of problems) faults.push(faultOf(name, problem));
  }
  if (touched.size > 0) faults.push(...(yield* checkTwice(after, touched)));
  for (const { component, name, after: object } of changes) {
    if (component === viewComponent) faults.push(...checkView(after, name, object !== undefined));
    if (component === keyComponent && object !== undefined) {
      faults.push(...checkKey(after, name, object.properties));
    }
  }
  return faults;
}

/** Zones that were found without error, so that they need not be judged again to be served. */
const accepted = new WeakSet<StoredObject>();

export function isAccepted(object: StoredObject): boolean {
  return accepted.has(object);
}

/** Errors of the zone; with `warnings`, these too. */
export function problemsOf(
  after: ConfigView,
  name: string,
  options: { readonly warnings?: boolean } = {},
): readonly Problem[] {
  return finishAtOnce(findingProblems(after, name, options));
}

function* findingProblems(
  after: ConfigView,
  name: string,
  options: { readonly warnings?: boolean } = {},
): Sliced<readonly Problem[]> {
  const object = after.get(zoneComponent, name);
  if (object === undefined) return [];
  const { zone, problems } = yield* readingZone(object);
  if (problems.some((problem) => severityOf(problem) === 'error')) return problems;
  const judged = yield* validatingZone(zone, surroundingsOf(after, zone), options);
  const found = [...problems, ...judged];
  if (!found.some((problem) => severityOf(problem) === 'error')) accepted.add(object.stored);
  return found;
}

export function surroundingsOf(after: ConfigView, { view }: Zone): ZoneSurroundings {
  return {
    isWideIp: wideIpLookup(after),
    isZone: (name) =>
      [name, `${view}:${name}`].some((object) => {
        const found = after.get(zoneComponent, object);
        return found !== undefined && readView(found.properties) === view;
      }),
  };
}

function readView(properties: Properties): string {
  return String(properties['view'] ?? defaultView);
}

function checkView(after: ConfigView, name: string, isThere: boolean): readonly Fault[] {
  if (!isThere && name === defaultView) {
    const message = `The view (${defaultView}) is what listeners answer from and stays.`;
    return [{ status: 400, message }];
  }
  if (!isThere) return [];
  const path = `${viewComponent} ${name}`;
  if (!isViewName(name)) {
    const message = `The view name (${name}) may have letters, digits, "-" and "_" only.`;
    return [{ status: 400, message, path }];
  }
  const twin = after
    .names(viewComponent)
    .find((other) => other !== name && viewHash(other) === viewHash(name));
  if (twin === undefined) return [];
  const message = `The views (${name}) and (${twin}) cannot be told apart; choose another name.`;
  return [{ status: 400, message, path }];
}

function checkKey(after: ConfigView, name: string, properties: Properties): readonly Fault[] {
  const path = `${keyComponent} ${name}`;
  const faults: Fault[] = [];
  if (!isKeyName(name)) {
    const message = `The key name (${name}) is no domain name in lower case without its final dot, or is one of ours (evenkeel-).`;
    faults.push({ status: 400, message, path });
  }
  const { secret } = properties;
  if (typeof secret !== 'string' || !isTsigSecret(after.plain(secret))) {
    faults.push({ status: 400, message: `The secret of the key (${name}) is not base64.`, path });
  }
  return faults;
}

function* checkTwice(after: ConfigView, touched: ReadonlySet<string>): Sliced<readonly Fault[]> {
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const name of after.names(zoneComponent)) {
    yield;
    const view = readView(after.get(zoneComponent, name)?.properties ?? {});
    const key = `${view} ${name.slice(name.lastIndexOf(':') + 1).toLowerCase()}`;
    const other = owners.get(key);
    owners.set(key, other ?? name);
    if (other === undefined || !(touched.has(name) || touched.has(other))) continue;
    const message = `"${other}" is the same zone of view "${view}" already`;
    faults.push(faultOf(name, { rule: 'zone-name', message }));
  }
  return faults;
}

export function wideIpLookup(after: ConfigView): (name: string) => boolean {
  return (name) => {
    const bare = name.replace(/\.$/, '');
    return ['a', 'aaaa'].some(
      (type) => after.get(`gtm wideip ${type}`, `/Common/${bare}`) !== undefined,
    );
  };
}

function faultOf(zone: string, problem: Problem): Fault {
  const subject = problem.item === undefined ? '' : ` record (${problem.item})`;
  return {
    status: 400,
    message: `ZoneRunner Zone (${zone})${subject} cannot be saved: ${textOfProblem(problem)}.`,
    path:
      problem.item === undefined
        ? `${zoneComponent} ${zone}`
        : `${zoneComponent} ${zone} records ${problem.item}`,
  };
}
