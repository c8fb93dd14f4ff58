/** ZoneRunner's say in every commit: no zone gets in that BIND would refuse or misread. Pure. */
import type { Fault } from '../base/fault.ts';
import type { CommitCheck, ConfigView } from '../config/types.ts';
import { validateZone } from './validate.ts';
import { defaultView, type Problem, readZone, viewComponent, zoneComponent } from './zone.ts';

/** It goes into named's configuration and into file names as it is. */
const viewName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

export const zoneRunnerCheck: CommitCheck = (changes, after) => {
  const touched = new Set(
    changes.filter((change) => change.component === zoneComponent).map((change) => change.name),
  );
  const faults: Fault[] = [];
  const isWideIp = wideIpLookup(after);
  for (const name of touched) {
    const object = after.get(zoneComponent, name);
    if (object === undefined) continue;
    const { zone, problems } = readZone(object);
    const rest = problems.length > 0 ? [] : validateZone(zone, isWideIp);
    for (const problem of [...problems, ...rest]) faults.push(faultOf(name, problem));
  }
  if (touched.size > 0) faults.push(...checkTwice(after, touched));
  for (const { component, name, after: view } of changes) {
    if (component !== viewComponent) continue;
    if (view === undefined && name === defaultView) {
      const message = `The view (${defaultView}) is what listeners answer from and stays.`;
      faults.push({ status: 400, message });
    }
    if (view !== undefined && !viewName.test(name)) {
      const message = `The view name (${name}) may have letters, digits, "-" and "_" only.`;
      faults.push({ status: 400, message, path: `${viewComponent} ${name}` });
    }
  }
  return faults;
};

function checkTwice(after: ConfigView, touched: ReadonlySet<string>): readonly Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const object of after.list(zoneComponent)) {
    const { zone } = readZone(object);
    const key = `${zone.view} ${zone.domain}`;
    const other = owners.get(key);
    owners.set(key, other ?? object.name);
    if (other === undefined || !(touched.has(object.name) || touched.has(other))) continue;
    const message = `"${other}" is the same zone of view "${zone.view}" already`;
    faults.push(faultOf(object.name, { message }));
  }
  return faults;
}

function wideIpLookup(after: ConfigView): (name: string) => boolean {
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
    message: `ZoneRunner Zone (${zone})${subject} cannot be saved: ${problem.message}.`,
    path:
      problem.item === undefined
        ? `${zoneComponent} ${zone}`
        : `${zoneComponent} ${zone} records ${problem.item}`,
  };
}
