/**
 * Golden pairs: `NAME.in.json` (objects as tmsh would make them, and the health of members) gives `NAME.out.cfg` for
 * HAProxy and `NAME.out.nft` for nftables. `UPDATE_GOLDENS=1` writes them anew. HAProxy's own checker then reads each
 * configuration.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { Properties } from '../../../src/catalogue/types.ts';
import { createConfigStore } from '../../../src/config/store/store.ts';
import type { ConfigView, Operation } from '../../../src/config/types.ts';
import { layOut } from '../../../src/ltm/haproxy/layout.ts';
import { contentsOf, mapPaths, mapText } from '../../../src/ltm/haproxy/maps.ts';
import type { RenderPlaces } from '../../../src/ltm/haproxy/render.ts';
import { wholeTable } from '../../../src/ltm/nftables/render.ts';
import { TrafficState } from '../../../src/ltm/traffic-state.ts';
import type { HealthEntry } from '../../../src/monitor/health.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { run, runChecked } from '../../../src/platform/process.ts';

interface Input {
  /** "ltm pool /Common/web" → properties, in the order they are created. */
  readonly objects: Readonly<Record<string, Properties>>;
  /** "member /Common/web /Common/10.0.0.1:80" for those that a monitor has down. */
  readonly down?: readonly string[];
  readonly interfaces?: Readonly<Record<string, string>>;
  /** Full proxies share listeners. */
  readonly isSharing?: boolean;
}

const folder = import.meta.dirname;
const isUpdating = process.env['UPDATE_GOLDENS'] === '1';
const places = {
  runtimeSocket: '/run/ek/runtime.sock',
  peersSocket: '/run/ek/peers.sock',
  device: 'bigip1',
  certificateFolder: '/run/ek/certificates',
  mapFolder: '/run/ek/maps',
};

function viewOf(input: Input): { readonly view: ConfigView; readonly close: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'ek-golden-'));
  const store = createConfigStore({
    path: join(root, 'config.db'),
    deviceName: 'bigip1',
    clock: systemClock,
  });
  const operations = Object.entries(input.objects).map(([key, properties]): Operation => {
    const at = key.indexOf(' /') < 0 ? key.lastIndexOf(' ') : key.indexOf(' /');
    const [component, name] = [key.slice(0, at), key.slice(at + 1)];
    return { kind: 'create', component, name, properties };
  });
  const outcome = store.commit({ origin: { user: 'test', source: 'system' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return {
    view: store.view(),
    close() {
      store.close();
      rmSync(root, { recursive: true });
    },
  };
}

const isDown: HealthEntry = {
  availability: 'offline',
  enabled: 'enabled',
  reason: '',
  since: 0,
  monitorStatus: 'down',
  monitorRule: 'none',
  usable: false,
  probes: [],
};

function stateOf(view: ConfigView, input: Input, here: RenderPlaces): TrafficState {
  const down = new Set<string>(input.down);
  const facts = {
    interfaceOf: (vlan: string) => input.interfaces?.[vlan],
    maximumConnections: () => 9000,
    isSharingWorth: () => input.isSharing === true,
  };
  const health = { get: (key: string) => (down.has(key) ? isDown : undefined) };
  return new TrafficState(view, facts, here, health);
}

interface Outputs {
  readonly cfg: string;
  readonly nft: string;
  readonly files: ReadonlyMap<string, string>;
}

function outputsOf(input: Input, here: RenderPlaces): Outputs {
  const { view, close } = viewOf(input);
  try {
    const { structure, servers, refusals, table } = stateOf(view, input, here);
    const layout = layOut(structure, undefined);
    const files = new Map<string, string>();
    for (const section of [...structure.frontends(), ...structure.backends()]) {
      for (const [path, content] of section.files) files.set(path, content);
    }
    const maps = contentsOf(structure.rows.values(), (name) => layout.nameOf(name));
    for (const [name, path] of structure.isSharing
      ? Object.entries(mapPaths(here.mapFolder))
      : []) {
      files.set(path, mapText(new Map([...maps].find(([map]) => map === name)?.[1])));
    }
    const refused = refusals.map(({ virtual, reason }) => `# refused: ${virtual}: ${reason}\n`);
    return {
      cfg: refused.join('') + [...layout.sections(structure, servers)].join(''),
      nft: wholeTable(table),
      files,
    };
  } finally {
    close();
  }
}

/** Certificates aside: a golden has words in their place. */
function withFiles({ cfg, files }: Outputs): string {
  const others = [...files].filter(([path]) => !path.endsWith('.pem'));
  return cfg + others.map(([path, content]) => `# ${path}\n${content.trimEnd()}\n`).join('');
}

/** The first slots say enough; 120 of them hide the rest. */
function shorten(nft: string): string {
  return nft.replaceAll(/(elements = \{ 0 : (?:[^,}]+, ){0,6}[^,}]+), [^}]*\}/g, '$1, … }');
}

/** One spare says enough. */
function shortenSpares(cfg: string): string {
  const sections = cfg.split('\n\n');
  const shapes = new Set<string>();
  const kept = sections.filter((section) => {
    if (!section.startsWith('backend spare.')) return true;
    const shape = section.slice(section.indexOf('\n'));
    const isNew = !shapes.has(shape);
    shapes.add(shape);
    return isNew;
  });
  return kept.join('\n\n');
}

/** The golden has words in place of a certificate: no key lies in the repository. */
async function makePem(root: string): Promise<string> {
  const [key, certificate] = [join(root, 'key.pem'), join(root, 'certificate.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', certificate];
  await runChecked('openssl', ['req', '-x509', ...curve, '-subj', '/CN=test', ...files]);
  return readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8');
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.in.json'))
  .map((file) => basename(file, '.in.json'));

for (const name of names) {
  const input = JSON.parse(readFileSync(join(folder, `${name}.in.json`), 'utf8')) as Input;
  test(`ltm golden ${name}`, () => {
    const made = outputsOf(input, places);
    const outputs = { cfg: shortenSpares(withFiles(made)), nft: shorten(made.nft) };
    for (const kind of ['cfg', 'nft'] as const) {
      const path = join(folder, `${name}.out.${kind}`);
      if (isUpdating) writeFileSync(path, outputs[kind]);
      assert.equal(outputs[kind], readFileSync(path, 'utf8'), `${name}.out.${kind}`);
    }
  });

  test(`ltm golden ${name}: haproxy -c accepts it`, async (t) => {
    if ((await run('haproxy', ['-v']).catch(() => undefined)) === undefined) {
      t.skip('haproxy is not installed');
      return;
    }
    const root = mkdtempSync(join(tmpdir(), 'ek-golden-'));
    try {
      const [certificateFolder, mapFolder] = [join(root, 'certificates'), join(root, 'maps')];
      const { cfg, files } = outputsOf(
        { ...input, down: [] },
        { ...places, certificateFolder, mapFolder },
      );
      for (const folder of [certificateFolder, mapFolder]) mkdirSync(folder);
      const pem = files.size === 0 ? '' : await makePem(root);
      for (const [path, content] of files)
        writeFileSync(path, path.endsWith('.pem') ? pem : content);
      writeFileSync(join(root, 'haproxy.cfg'), cfg);
      const result = await run('haproxy', ['-c', '-f', join(root, 'haproxy.cfg')]);
      assert.equal(result.status, 0, result.stderr);
      assert.doesNotMatch(result.stderr, /WARNING|ALERT/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}
